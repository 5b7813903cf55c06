#!/bin/bash
# The Wi-Fi access point `lab` of the emulated board, in a network namespace of its own: build, on, off, or addresses FROM TO.
set -e

in_ap() { ip netns exec ap "$@"; }

build() {
  modprobe mac80211_hwsim radios=2
  ip netns add ap
  iw phy phy1 set netns name ap
  in_ap ip link set lo up
  in_ap ip addr add 10.42.0.1/24 dev wlan1
  printf '%s\n' interface=wlan1 driver=nl80211 ssid=lab hw_mode=g channel=6 \
    wpa=2 wpa_key_mgmt=WPA-PSK rsn_pairwise=CCMP wpa_passphrase=multitastic >/run/hostapd.conf
}

# Hands out this range. Authoritative: a device that asks for its old address out of another range is told no, at once.
addresses() {
  [ -e /run/dnsmasq.pid ] && kill "$(cat /run/dnsmasq.pid)" && sleep 0.5
  in_ap dnsmasq --interface=wlan1 --bind-interfaces --dhcp-range="$1,$2,1h" --dhcp-authoritative \
    --no-resolv --no-hosts --port=0 --user=root --pid-file=/run/dnsmasq.pid --leasefile-ro
}

on() {
  in_ap ip link set wlan1 up
  in_ap hostapd -B -P /run/hostapd.pid /run/hostapd.conf >/run/hostapd.log
}

off() {
  kill "$(cat /run/hostapd.pid)"
  in_ap ip link set wlan1 down
}

"$@"
