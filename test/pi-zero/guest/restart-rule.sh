#!/bin/bash
# Runs the product as the container engine does with `restart: always`: again after every exit, at first after 100 ms,
# then after twice as long each time up to 60 s, and from 100 ms anew once it has lived for 10 s.
# SIGTERM is the engine's `stop`: it is passed on, and the product is not started again.
now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }

stopping=
trap 'stopping=yes; kill -TERM "$product"' TERM
pause_ms=100
until [ "$stopping" ]; do
  started_ms=$(now_ms)
  # Through a pipe, as in a container: the product must not find a terminal.
  /bench/app/start > >(exec cat) 2>&1 &
  product=$!
  echo "bench: product $product started at $started_ms"
  wait "$product"; code=$?
  # A trapped signal ends `wait` early; the second one gives the product's own exit code.
  [ "$stopping" ] && { wait "$product"; code=$?; }
  lived_ms=$(($(now_ms) - started_ms))
  echo "bench: product $product exited $code after $lived_ms ms"
  [ "$stopping" ] && break
  [ "$lived_ms" -ge 10000 ] && pause_ms=100
  sleep "$((pause_ms / 1000)).$(printf %03d $((pause_ms % 1000)))"
  pause_ms=$((pause_ms * 2 > 60000 ? 60000 : pause_ms * 2))
done
