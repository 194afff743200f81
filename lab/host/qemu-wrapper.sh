#!/bin/sh
# Lies over /usr/bin/qemu-system-x86_64 in a lab host; the machine's /usr is at /run/machine, so that QEMU finds its
# firmware and modules beside itself. The userspace datapath of Open vSwitch cannot complete the checksum and
# segmentation work that virtio leaves to the host (TCP would fail silently), so it is not offered to guests.
set -- "$@" -global virtio-net-pci.csum=off -global virtio-net-pci.guest_csum=off
for offload in gso host_tso4 host_tso6 host_ecn host_ufo guest_tso4 guest_tso6 guest_ecn guest_ufo; do
  set -- "$@" -global "virtio-net-pci.$offload=off"
done
exec /run/machine/bin/qemu-system-x86_64 "$@"
