#!/bin/busybox sh
# The kernel's first process: mounts the SD card and hands over to the bench's own init, which came along in memory.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for index in $(seq 0 $(($(cat /modules/count) - 1))); do insmod "/modules/$index.ko"; done
until [ -b /dev/mmcblk0 ]; do sleep 0.05; done
mount -t ext4 -o noatime /dev/mmcblk0 /mnt
mkdir -p /mnt/bench
mount -t tmpfs bench /mnt/bench
cp -a /bench/. /mnt/bench/
umount /proc /sys /dev
mount -t devtmpfs devtmpfs /mnt/dev
# switch_root, not chroot: the kernel calls modprobe from its own root.
exec switch_root /mnt /bench/init.sh
