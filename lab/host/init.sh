#!/bin/bash
# Process 1 of a lab host, in its own mount, uts, ipc, net and pid namespaces. Its whole machine is made here and is
# gone when this process is. In the environment: HOST_NAME, MANAGEMENT_CIDR, STORAGE_CIDR, HOST_UUID, and BARE for one that
# nobody has prepared: no bridges, and the shared storage mounted beside.
# Working folder: the host's own, with etc/ var/ root/ (its disk) and qemu-wrapper.sh; ../../pool is shared storage.
# Standard input: one line once the cables are there. Descriptor 3: one line at each stage, for whoever waits.
set -eu
echo namespaces >&3
read -r _ # end of file here means that whoever was building this host died: then so do we

hostname "$HOST_NAME"
mount --make-rprivate /
# Network namespaces that others keep by a mount (this lab's switches, other labs') must not live on in our copy of it.
while read -r _ point type _; do [ "$type" != nsfs ] || umount "$(printf %b "$point")"; done < <(tac /proc/self/mounts)
# Sources are named relative to the working folder and not resolved (-c): the folder may lie under a path that one of
# these very mounts covers.
mount -c --bind etc /etc
mount -c --bind root /root
mount -c --bind var /var
mount -t tmpfs -o mode=755 run /run
mkdir -p /run/pool /run/machine /run/dev /run/lock /run/sshd /run/openvswitch /run/libvirt
mount -c --bind ../../pool /run/pool
mount --rbind /usr /run/machine
mount -c --bind qemu-wrapper.sh /usr/bin/qemu-system-x86_64
mount -t tmpfs -o mode=755 srv /srv
if [ -n "${BARE-}" ]; then pool=/srv/shared; else pool=/srv/kloudak/pool; fi
mkdir -p "$pool"
mount --move /run/pool "$pool"
mount -t tmpfs -o mode=1777 tmp /tmp
mount -t sysfs sysfs /sys

# Devices of its own: pseudo terminals are numbered for each host, and there is no /dev/kvm, on which guests may hang.
mount -t tmpfs -o mode=755 dev /run/dev
mkdir /run/dev/{net,pts,shm}
mknod -m 666 /run/dev/null c 1 3
mknod -m 666 /run/dev/zero c 1 5
mknod -m 666 /run/dev/full c 1 7
mknod -m 666 /run/dev/random c 1 8
mknod -m 666 /run/dev/urandom c 1 9
mknod -m 666 /run/dev/tty c 5 0
mknod -m 666 /run/dev/net/tun c 10 200
# A file system of its own can be mounted in a host: GlusterFS is one.
mknod -m 666 /run/dev/fuse c 10 229
ln -s pts/ptmx /run/dev/ptmx
ln -s /proc/self/fd /run/dev/fd
ln -s /proc/self/fd/0 /run/dev/stdin
ln -s /proc/self/fd/1 /run/dev/stdout
ln -s /proc/self/fd/2 /run/dev/stderr
mount -t devpts -o newinstance,gid=5,mode=620,ptmxmode=666 devpts /run/dev/pts
mount -t tmpfs -o mode=1777 shm /run/dev/shm
mount --move /run/dev /dev
# libvirt looks there for what is mounted.
[ -e /etc/mtab ] || ln -s /proc/self/mounts /etc/mtab
rmdir /run/dev /run/pool
cd /

ip link set lo up
ip addr add "$MANAGEMENT_CIDR" dev eth0
ip addr add "$STORAGE_CIDR" dev eth3
for link in eth0 eth1 eth2 eth3; do case "${BARE-} $link" in 'yes eth1'|'yes eth2') ;; *) ip link set "$link" up ;; esac; done

# Open vSwitch. Without its kernel module only the userspace datapath is there, and in that checksum offload loses TCP.
[ -e /etc/openvswitch/conf.db ] || ovsdb-tool create /etc/openvswitch/conf.db /usr/share/openvswitch/vswitch.ovsschema
ovsdb-server /etc/openvswitch/conf.db --remote=punix:/run/openvswitch/db.sock --pidfile --detach --no-chdir --log-file 3>&-
ovs-vsctl --no-wait init -- set Open_vSwitch . "external_ids:hostname=$HOST_NAME" "external_ids:system-id=$HOST_UUID" \
  "ovs_version=$(ovs-vswitchd --version | sed -n '1s/.* //p')" \
  other_config:userspace-tso-enable=false
ovs-vswitchd unix:/run/openvswitch/db.sock --pidfile --detach --no-chdir --log-file 3>&-
[ -n "${BARE-}" ] || ovs-vsctl -- --may-exist add-br public-br -- set bridge public-br datapath_type=netdev -- --may-exist add-port public-br eth1 \
  -- --may-exist add-br private-br -- set bridge private-br datapath_type=netdev -- --may-exist add-port private-br eth2

virtlogd -d 3>&-
virtlockd -d 3>&-
libvirtd -d 3>&-
rm -f /run/sshd.pid
/usr/sbin/sshd -f /etc/ssh/sshd_config 3>&-
# It goes into the background before it listens, and writes that file after.
until [ -s /run/sshd.pid ]; do sleep 0.02; done

touch /run/kloudak-lab-ready
echo ready >&3
exec 3>&- </dev/null
# bash reaps what is orphaned while it waits
while :; do sleep infinity & wait || true; done
