#!/bin/bash
# A network without radio, for figures: the radio's own work would be counted with the product's.
# wlan0 is one end of a virtual cable here; the other end, with the peers, is in the namespace `ap`.
set -e
ip netns add ap
ip link add wlan0 type veth peer name wlan1 netns ap
ip netns exec ap ip addr add 10.42.0.1/24 dev wlan1
ip netns exec ap ip link set wlan1 up
ip addr add 10.42.0.18/24 dev wlan0
ip link set wlan0 up
