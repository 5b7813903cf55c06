#!/bin/bash
# One line about the product or a Node: its memory, its processor time with that of the programs it ran, and its open
# files. The start command, which waits for the product's end, is counted with it; of its memory what is its own, since
# the C library's is counted with Node already.
node=$(/bench/node-of.sh "$1")
rss=$(awk '/^VmRSS/ {print $2}' "/proc/$node/status") cpu=0 files=0
[ "$node" = "$1" ] || rss=$((rss + $(awk '/^Private_/ {sum += $2} END {print sum}' "/proc/$1/smaps_rollup")))
for pid in $(printf '%s\n' "$1" "$node" | sort -u); do
  read -r -a stat <<<"$(sed 's/.*) //' "/proc/$pid/stat")"  # from the third field on: the name before it may hold blanks
  cpu=$((cpu + (stat[11] + stat[12] + stat[13] + stat[14]) * 10))
  open=("/proc/$pid/fd"/*)
  files=$((files + ${#open[@]}))
done
echo "vitals: rss $rss kB, cpu $cpu ms, files $files, at ${EPOCHREALTIME/./} us"
