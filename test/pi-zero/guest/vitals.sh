#!/bin/bash
# One line about a process: its memory, its processor time with that of the programs it ran, and its open files.
read -r -a stat <<<"$(sed 's/.*) //' "/proc/$1/stat")"  # from the third field on: the name before it may hold blanks
rss=$(awk '/^VmRSS/ {print $2}' "/proc/$1/status")
files=("/proc/$1/fd"/*)
echo "vitals: rss $rss kB, cpu $(((stat[11] + stat[12] + stat[13] + stat[14]) * 10)) ms, files ${#files[@]}, at ${EPOCHREALTIME/./} us"
