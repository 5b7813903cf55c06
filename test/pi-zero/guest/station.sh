#!/bin/bash
# The board's own side of Wi-Fi, as balenaOS has it: udev, D-Bus, wpa_supplicant and NetworkManager; not connected yet.
set -e
printf '%s\n' '[keyfile]' 'unmanaged-devices=interface-name:wlan1;interface-name:hwsim0' >/etc/NetworkManager/conf.d/bench.conf
/lib/systemd/systemd-udevd --daemon
udevadm trigger --subsystem-match=net  # all devices would take 15 s more
udevadm settle
dbus-daemon --system --fork
wpa_supplicant -u -B -s
NetworkManager
until nmcli general >/dev/null 2>&1; do sleep 0.5; done
nmcli device set wlan0 managed yes
# The bench's witness for the network: the kernel's own account of links and addresses, with its time.
ip -ts -o monitor link address &
