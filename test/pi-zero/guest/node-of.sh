#!/bin/bash
# The process that runs Node: the child of the start command that was started as this process, or that itself.
pgrep -P "$1" -f multitastic.cjs || echo "$1"
