#!/bin/bash
# Ceph on a lab host, on the storage network alone: one monitor, one manager and one OSD on a file, with cephx on, and the pool
# `vms` for the user client.kloudak. `start ADDRESS` may be repeated, and starts what a power loss has ended; `key` prints the
# user's key.
set -eu
home=/var/lib/kloudak-ceph
export CEPH_CONF=$home/ceph.conf
wait_for() { local what=$1 end=$((SECONDS + 90)); shift; until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || { echo "waited 90 s for $what" >&2; exit 1; }; sleep .2; done; }
runs() { [ -e "/proc/$(cat "$home/run/$1.pid" 2>/dev/null || echo none)" ]; }

make() {
  local fsid secret uuid
  rm -rf $home; mkdir -p $home/{mon,osd,mgr,run,log}; cd $home
  fsid=$(cat /proc/sys/kernel/random/uuid)
  cat > ceph.conf <<X
[global]
fsid = $fsid
mon_initial_members = a
mon_host = [v2:$1:3300,v1:$1:6789]
public_addr = $1
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
mon_allow_pool_size_one = true
osd_pool_default_pg_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_data_avail_crit = 1
run_dir = $home/run
log_file = $home/log/\$name.log
admin_socket = $home/run/\$name.asok
pid_file = $home/run/\$name.pid
keyring = $home/keyring
[mon.a]
mon_data = $home/mon
[mgr.x]
mgr_data = $home/mgr
keyring = $home/mgr/keyring
[osd.0]
osd_data = $home/osd
keyring = $home/osd/keyring
bluestore_block_size = 4294967296
osd_memory_target = 939524096
bluestore_cache_autotune = false
bluestore_cache_size = 67108864
osd_op_num_shards = 1
osd_objectstore = bluestore
X
  ceph-authtool --create-keyring keyring --gen-key -n mon. --cap mon 'allow *' >/dev/null
  ceph-authtool keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mds 'allow *' --cap mgr 'allow *' >/dev/null
  monmaptool --create --addv a "[v2:$1:3300,v1:$1:6789]" --fsid "$fsid" monmap >/dev/null
  ceph-mon --mkfs -i a --monmap monmap --keyring keyring
  ceph-mon -i a
  wait_for 'the monitor' timeout 5 ceph -s
  ceph-authtool --create-keyring mgr/keyring --gen-key -n mgr.x --cap mon 'allow profile mgr' --cap osd 'allow *' --cap mds 'allow *' >/dev/null
  ceph -c ceph.conf auth import -i mgr/keyring
  uuid=$(cat /proc/sys/kernel/random/uuid); secret=$(ceph-authtool --gen-print-key)
  echo "{\"cephx_secret\":\"$secret\"}" | ceph osd new "$uuid" -i - >/dev/null
  ceph-authtool --create-keyring osd/keyring -n osd.0 --add-key "$secret" >/dev/null
  ceph-osd -i 0 --mkfs --osd-uuid "$uuid"
}

start() {
  [ -e $home/made ] || make "$1"
  cd $home
  runs mon.a || ceph-mon -i a
  runs mgr.x || ceph-mgr -i x
  runs osd.0 || ceph-osd -i 0
  wait_for 'the OSD' sh -c 'ceph osd stat | grep -q "1 up"'
  if [ ! -e made ]; then
    ceph osd pool create vms 8 >/dev/null
    rbd pool init vms
    ceph auth get-or-create client.kloudak mon 'profile rbd, allow command "osd blocklist"' osd 'profile rbd pool=vms' >/dev/null
    touch made
  fi
}

key() { ceph auth get-key client.kloudak; }
"$@"
