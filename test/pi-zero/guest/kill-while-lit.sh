#!/bin/bash
# Kills the product (SIGKILL) at a moment at which its LED is lit, so that nothing is left to switch it off.
# Stopped first and looked at again, because the LED may have gone dark between the look and the signal.
product=$(/bench/node-of.sh "$1")
level_file=$(echo /sys/class/gpio/gpio[0-9]*/value)
lit() { read -r level <"$level_file" && [ "$level" = 1 ]; }
while :; do
  until lit; do :; done
  kill -STOP "$product"
  lit && break
  kill -CONT "$product"
done
kill -KILL "$product"
