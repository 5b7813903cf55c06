#!/bin/bash
# The Wi-Fi access point `lab` of the emulated board, in a network namespace of its own: build, on, off, addresses FROM TO,
# and a flood from a number of strangers.
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

# Lets a flood come from so many addresses.
strangers() {
  in_ap ip route add 239.0.0.0/8 dev wlan1
  for number in $(seq "$1"); do in_ap ip addr add "10.42.0.$((100 + number))/24" dev wlan1; done
}

# From so many of them; what else is said is for the flooder.
flood() {
  strangers=$(in_ap ip -o -4 addr show dev wlan1 | grep -oE '10\.42\.0\.1[0-9]{2}/' | tr -d / | head -n "$1" | paste -sd,)
  shift
  in_ap node /bench/flooder.mjs --group=239.2.3.4 --port=49001 --addresses="$strangers" "$@"
}

off() {
  kill "$(cat /run/hostapd.pid)"
  in_ap ip link set wlan1 down
}

"$@"
