#!/bin/sh
# What the BMC of a lab host does to its power: `get power`, `set power 0|1`. As a process of the host that still runs is
# found by the host's mark, frozen or not, "off" is only said once all of them are gone.
# First arguments, written into the BMC's settings: node, the program that switches, the lab's name and folder, the host's number.
node=$1 switch=$2 name=$3 folder=$4 index=$5
shift 5
operation=$1
shift
case "$operation" in
  get) if grep -qszxF "KLOUDAK_LAB_HOST=$folder/hosts/hv$index" /proc/[0-9]*/environ; then echo power:1; else echo power:0; fi ;;
  set)
    while [ $# -gt 1 ]; do
      [ "$1" != power ] || "$node" "$switch" "$name" "$folder" "$index" "$2" </dev/null >>"$folder/bmc/hv$index/switch.log" 2>&1
      shift 2
    done ;;
esac
exit 0
