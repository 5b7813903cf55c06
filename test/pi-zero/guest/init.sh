#!/bin/bash
# Process 1 of the emulated board: prepares what a booted system has, then does what the console asks, one line at a time.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root NO_COLOR=1 TERM=dumb TZ=UTC
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /tmp
mkdir -p /dev/pts /run/netns /run/dbus /run/udev
mount -t devpts devpts /dev/pts
ln -s /proc/self/fd /dev/fd
exec </dev/ttyS1 >/dev/ttyS1 2>&1
stty -echo
dmesg -n 1            # the kernel's own messages would cut our lines in two
hostname pi-zero-w
ip link set lo up
modprobe bcm2835_rng  # without it the first Node waits 8 s for randomness
echo "bench: ready"
while IFS= read -r line; do
  eval "${line#* }"
  echo "bench: done ${line%% *} $?"
done
