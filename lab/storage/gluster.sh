#!/bin/bash
# GlusterFS on a lab host: `server ADDRESS` runs its daemon on the storage network alone, `volume ADDRESS...` (on the first of
# the hosts) joins all of them and starts the volume `shared`, one brick on each host's disk. Both may be repeated.
set -eu
brick=/var/lib/kloudak-gluster/shared
gluster() { command gluster --mode=script "$@"; }
# As lab/command.ts waits: on a condition, with an end.
wait_for() { local what=$1 end=$((SECONDS + 60)); shift; until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || { echo "waited 60 s for $what" >&2; exit 1; }; sleep .1; done; }

server() {
  mkdir -p /etc/glusterfs /var/lib/glusterd /var/log/glusterfs /run/gluster "$(dirname "$brick")"
  cat > /etc/glusterfs/glusterd.vol <<X
volume management
    type mgmt/glusterd
    option working-directory /var/lib/glusterd
    option transport-type socket
    option transport.socket.bind-address $1
    option transport.socket.listen-port 24007
    option transport.socket.keepalive-time 10
    option transport.socket.keepalive-interval 2
    option transport.socket.read-fail-log off
    option ping-timeout 0
    option event-threads 1
end-volume
X
  [ -e "/proc/$(cat /run/glusterd.pid 2>/dev/null || echo none)" ] || glusterd -p /run/glusterd.pid
  wait_for 'the daemon of GlusterFS' gluster pool list
}

volume() {
  local address bricks=()
  for address; do
    [ "$address" = "$1" ] || gluster peer probe "$address" >/dev/null
    bricks+=("$address:$brick")
  done
  [ $# = 1 ] || wait_for 'the hosts to join' sh -c "[ \$(gluster pool list | grep -c Connected) = $# ]"
  if ! gluster volume info shared >/dev/null 2>&1; then
    # Two copies of everything, or with one host one. Its own file system is the host's root: `force`.
    wait_for 'the volume' gluster volume create shared $([ $# = 1 ] || echo replica $#) "${bricks[@]}" force
    # Past the client's page cache, so that what one host has written the other reads; and a host that lost power is given up soon.
    local option
    for option in 'network.remote-dio enable' 'performance.strict-o-direct on' 'network.ping-timeout 4' 'server.keepalive-time 2' 'server.keepalive-interval 1' 'server.keepalive-count 3' 'server.tcp-user-timeout 5'; do gluster volume set shared $option >/dev/null; done
  fi
  gluster volume info shared | grep -q '^Status: Started' || gluster volume start shared >/dev/null
  wait_for 'the bricks' sh -c "[ \$(gluster volume status shared detail | grep -c '^Online *: Y') = $# ]"
}
"$@"
