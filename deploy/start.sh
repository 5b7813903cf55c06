#!/bin/sh
# The image's start command. The product starts from a start-up snapshot, in half the time; where Node does not take
# the snapshot, from the plain bundle, and the log says so. `start.sh make-snapshot` is a step of the image's build.
cd "$(dirname "$0")" || exit

# Node takes a snapshot only with the flags and the processor it was made with, and the builders' processors can do more
# than the Zero W's: for V8, both are told to be ARMv6. The checksum finds what an SD card has spoilt.
# Without V8's compilers for speed: they and their code take 4 MB on a device that is idle nearly all the time.
# And with one helper for V8 instead of four, as there is one core.
node='node --v8-pool-size=1 --no-opt --no-sparkplug --max-old-space-size=64 --arm-arch=armv6 --verify-snapshot-checksum'
# Nothing here speaks TLS: reading its settings takes a fiftieth of the start.
export OPENSSL_CONF=/dev/null
# There until the product runs: so the end of a running product is not taken for a snapshot that failed.
export STARTING_FILE=/tmp/multitastic-starting

from_snapshot() { exec $node --snapshot-blob multitastic.blob multitastic.cjs "$@"; }
from_bundle() { export SNAPSHOT_REFUSED="$why"; exec $node multitastic.cjs "$@"; }

if [ "$1" = make-snapshot ]; then
  # Without the bundle's appendix, which is read when needed.
  grep -v '^//"' multitastic.cjs >/tmp/multitastic.cjs
  $node --snapshot-blob multitastic.blob --build-snapshot /tmp/multitastic.cjs
  code=$?
  rm /tmp/multitastic.cjs
  [ $code = 0 ] && { node trim-snapshot.mjs multitastic.blob || echo 'The start-up snapshot takes 2 MB more.' >&2; }
  # Only the product's own start takes the file away.
  : >"$STARTING_FILE"
  [ $code = 0 ] && (from_snapshot --version) && [ ! -e "$STARTING_FILE" ] && exit
  echo 'There is no start-up snapshot: the product will start from the bundle.' >&2
  rm -f multitastic.blob "$STARTING_FILE"
  exit
fi

why='there is none'
[ -s multitastic.blob ] || from_bundle "$@"
why='nothing can be written to /tmp'
true 2>/dev/null >"$STARTING_FILE" || from_bundle "$@"

# Whatever the shell is asked to do is meant for the product.
for signal in TERM INT HUP; do trap "stopping=yes; kill -$signal \$product 2>/dev/null" $signal; done
from_snapshot "$@" &
product=$!
[ -z "$stopping" ] || kill -TERM $product
wait $product
code=$?
# A signal ends `wait` early, the product's end ends the loop.
while kill -0 $product 2>/dev/null; do wait $product; code=$?; done

why="Node ended with code $code"
[ -e "$STARTING_FILE" ] && [ -z "$stopping" ] && from_bundle "$@"
exit $code
