# What Kloudak runs on a host to look at it and to prepare it (decision 22): this text, always the same, with one line of
# JSON on standard input and one line of JSON as its answer. For any POSIX shell (dash, busybox) with awk, sed and tr; every
# other program may be missing. Nothing that is read is ever run.
LC_ALL=C PATH=$PATH:/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/local/bin
export LC_ALL PATH
umask 022
us=$(printf '\037') tab=$(printf '\t')

# The members of a JSON text as lines of path, separator and value: `bridges.0.name<US>public-br`.
flatten() {
  awk -v us="$us" '
    function bad() { failed = 1; exit 1 }
    function skip() { while (substr(text, pos, 1) ~ /[ \t\r\n]/) pos++ }
    function expect(c) { if (substr(text, pos, 1) != c) bad(); pos++ }
    function quoted(   s, c) {
      expect("\""); s = ""
      while (1) {
        c = substr(text, pos, 1); pos++
        if (c == "" || c == us || c == "\n") bad()
        if (c == "\"") return s
        if (c == "\\") { c = substr(text, pos, 1); pos++; if (c != "\"" && c != "\\" && c != "/") bad() }
        s = s c
      }
    }
    function value(path,   c, key, n) {
      skip(); c = substr(text, pos, 1)
      if (c == "\"") { print path us quoted(); return }
      if (c == "{") {
        pos++; skip(); if (substr(text, pos, 1) == "}") { pos++; return }
        while (1) { skip(); key = quoted(); skip(); expect(":"); value(path == "" ? key : path "." key); skip(); c = substr(text, pos, 1); pos++; if (c == "}") return; if (c != ",") bad() }
      }
      if (c == "[") {
        pos++; skip(); if (substr(text, pos, 1) == "]") { pos++; return }
        for (n = 0; ; n++) { value(path "." n); skip(); c = substr(text, pos, 1); pos++; if (c == "]") return; if (c != ",") bad() }
      }
      if (!match(substr(text, pos), /^[-+.0-9a-z]+/)) bad()
      print path us substr(text, pos, RLENGTH); pos += RLENGTH
    }
    { text = text $0 "\n" }
    END { if (!failed) { pos = 1; value("") } exit failed }'
}
get() { printf '%s\n' "$fields" | awk -F "$us" -v key="$1" '$1 == key { print $2; exit }'; }

# Standard input as the inside of a JSON string.
escaped() { tr -d '\000-\010\013\014\016-\037\177' | tr '\r' ' ' | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e "s/$tab/\\\\t/g" | awk '{ printf "%s%s", sep, $0; sep = "\\n" }'; }
refuse() { printf '{"ok":false,"error":"%s","subject":"' "$1"; printf '%s' "${2-}" | escaped; printf '","detail":"'; printf '%s' "${3-}" | escaped; printf '"}\n'; }

# One part of the answer: what a command said, and its exit code; 127 when there is no such program.
comma=
section() {
  name=$1; shift
  text=$("$@" 2>/dev/null); code=$?
  printf '%s"%s":{"code":%d,"text":"' "$comma" "$name" "$code"
  printf '%s' "$text" | escaped
  printf '"}'
  comma=,
}

value_of() { [ -r "$1" ] && { IFS= read -r line < "$1"; } 2>/dev/null && printf '%s' "$line"; }
os_release() { cat /etc/os-release || cat /usr/lib/os-release; }
first_processor() { awk 'NF == 0 { exit } { print }' /proc/cpuinfo; }
topology() {
  for cpu in /sys/devices/system/cpu/cpu[0-9]*; do
    [ -d "$cpu/topology" ] && printf '%s %s\n' "$(value_of "$cpu/topology/physical_package_id")" "$(value_of "$cpu/topology/core_id")"
  done
  :
}
numa() {
  for node in /sys/devices/system/node/node[0-9]*; do
    [ -d "$node" ] && printf '%s %s %s\n' "${node##*/node}" "$(value_of "$node/cpulist")" "$(awk '/MemTotal/ { print $4 }' "$node/meminfo")"
  done
  :
}
cards() {
  for card in /sys/class/net/*; do
    [ -d "$card" ] || continue
    printf 'card=%s\n' "${card##*/}"
    for key in address mtu speed carrier type; do printf '%s=%s\n' "$key" "$(value_of "$card/$key")"; done
    [ -e "$card/device" ] && echo device=yes
    # A container or lab has its cards from outside: their other end is in another network namespace.
    [ -r "$card/iflink" ] && [ "$(value_of "$card/iflink")" != "$(value_of "$card/ifindex")" ] && echo linked=yes
    [ -L "$card/master" ] && { master=$(readlink "$card/master"); printf 'master=%s\n' "${master##*/}"; }
    printf 'uppers='; for upper in "$card"/upper_*; do [ -e "$upper" ] && printf '%s ' "${upper##*/upper_}"; done; echo
    [ -d "$card/bonding" ] && printf 'mode=%s\nmembers=%s\n' "$(value_of "$card/bonding/mode")" "$(value_of "$card/bonding/slaves")"
    [ -d "$card/bridge" ] && { printf 'bridge='; for port in "$card"/brif/*; do [ -e "$port" ] && printf '%s ' "${port##*/}"; done; echo; }
  done
  :
}
packages() {
  set -- libvirt-daemon libvirt-daemon-system libvirt-daemon-driver-qemu qemu-system-x86 qemu-system-x86-core qemu-kvm qemu-utils openvswitch-switch openvswitch ovn-host glusterfs-client glusterfs-fuse nfs-common nfs-utils ceph-common watchdog
  if command -v dpkg-query >/dev/null; then dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version}\n' "$@" | awk '$1 == "ii" { print $2, $3 }'
  elif command -v rpm >/dev/null; then rpm -q --qf '%{NAME} %{VERSION}-%{RELEASE}\n' "$@" | grep -v 'not installed'
  else return 127; fi
}
commands() { for name in ip ovs-vsctl virsh qemu-img mount.nfs mount.glusterfs rbd sshd; do command -v "$name" >/dev/null && echo "$name"; done; :; }
# Whether libvirt starts guests again when the host boots: its distribution's default, and what is set beside it.
guests_at_boot() {
  if command -v systemctl >/dev/null; then state=$(systemctl is-enabled libvirt-guests.service)
  else for link in /etc/rc[2-5].d/S*libvirt-guests; do [ -e "$link" ] && state=enabled; done; fi
  [ "${state-}" = enabled ] || { echo no; return 0; }
  set --
  for file in /usr/lib/libvirt/libvirt-guests.sh /usr/libexec/libvirt-guests.sh /etc/default/libvirt-guests /etc/sysconfig/libvirt-guests; do [ -r "$file" ] && set -- "$@" "$file"; done
  [ $# -gt 0 ] || { echo yes; return 0; }
  on_boot=$(sed -n 's/^ *ON_BOOT=//p' "$@" | tr -d "\"' " | awk 'END { print }')
  if [ "$on_boot" = ignore ]; then echo no; else echo yes; fi
}
kernel_datapath() { [ -e /sys/module/openvswitch ] || modprobe -n -q openvswitch; }
folders() {
  i=0
  while folder=$(get "folders.$i"); [ -n "$folder" ]; do
    if [ -d "$folder" ]; then echo "yes $folder"; else echo "no $folder"; fi
    i=$((i + 1))
  done
}
clock() { date +%s.%N || date +%s; }

discover() {
  printf '{"ok":true,"sections":{'
  section clock clock
  section os os_release
  section kernel uname -sr
  section processor first_processor
  section topology topology
  section numa numa
  section cards cards
  section addresses ip -o addr show
  section mounts cat /proc/self/mounts
  section folders folders
  section packages packages
  section commands commands
  section openvswitch ovs-vsctl --version
  section datapath kernel_datapath
  section boot guests_at_boot
  section here printf '%s' "${SSH_CONNECTION-}"
  printf '}}\n'
}

vsctl() { ovs-vsctl --timeout=10 "$@"; }
plain() { tr -d '"\n'; }
is_up() { flags=$(value_of "/sys/class/net/$1/flags"); [ $((${flags:-0} & 1)) = 1 ]; }
link() { ip link set dev "$1" "$2" || ifconfig "$1" "$2"; }

# A bridge with its uplink; `mark` says in Open vSwitch's own database whose work it is, in one transaction with the bridge.
make_bridge() {
  bridge=$1 uplink=$2 datapath=$3
  command -v ovs-vsctl >/dev/null || { refuse no-ovs-vsctl; return 1; }
  [ -e "/sys/class/net/$uplink" ] || { refuse uplink-missing "$uplink"; return 1; }
  there=no; vsctl br-exists "$bridge" && there=yes || { code=$?; [ "$code" = 2 ] || { refuse ovs-silent; return 1; }; }
  on=$(vsctl port-to-br "$uplink" 2>/dev/null)
  [ -z "$on" ] || [ "$on" = "$bridge" ] || { refuse uplink-taken "$uplink" "$on"; return 1; }
  was=down; is_up "$uplink" && was=up
  if [ "$there" = no ]; then
    said=$(vsctl add-br "$bridge" -- set Bridge "$bridge" "datapath_type=$datapath" "external_ids:kloudak-made=$mark" \
      -- add-port "$bridge" "$uplink" -- set Port "$uplink" "external_ids:kloudak-made=$mark" "external_ids:kloudak-was=$was" 2>&1) || { refuse bridge-failed "$bridge" "$said"; return 1; }
  elif [ -z "$on" ]; then
    said=$(vsctl add-port "$bridge" "$uplink" -- set Port "$uplink" "external_ids:kloudak-made=$mark" "external_ids:kloudak-was=$was" 2>&1) || { refuse bridge-failed "$bridge" "$said"; return 1; }
  fi
  said=$(link "$uplink" up 2>&1) || { refuse uplink-down "$uplink" "$said"; return 1; }
  said=$(vsctl --if-exists get Interface "$uplink" error | plain)
  case $said in ''|'[]') ;; *) refuse uplink-failed "$uplink" "$said"; return 1 ;; esac
}

prepare() {
  mark=$(get mark) i=0
  while bridge=$(get "bridges.$i.name"); [ -n "$bridge" ]; do
    make_bridge "$bridge" "$(get "bridges.$i.uplink")" "$(get "bridges.$i.datapath")" || return
    i=$((i + 1))
  done
  i=0
  while folder=$(get "folders.$i"); [ -n "$folder" ]; do
    [ -d "$folder" ] || said=$(mkdir "$folder" 2>&1) || [ -d "$folder" ] || { refuse folder-failed "$folder" "$said"; return; }
    i=$((i + 1))
  done
  printf '{"ok":true}\n'
}

# Takes away what bears the mark, and folders that are empty still; what was there before stays.
unprepare() {
  mark=$(get mark) i=0
  while bridge=$(get "bridges.$i.name"); [ -n "$bridge" ]; do
    uplink=$(get "bridges.$i.uplink")
    marked=$(vsctl --if-exists get Port "$uplink" external_ids:kloudak-made | plain)
    was=$(vsctl --if-exists get Port "$uplink" external_ids:kloudak-was | plain)
    if [ "$(vsctl --if-exists get Bridge "$bridge" external_ids:kloudak-made | plain)" = "$mark" ]; then
      said=$(vsctl --if-exists del-br "$bridge" 2>&1) || { refuse bridge-failed "$bridge" "$said"; return; }
    elif [ "$marked" = "$mark" ]; then
      said=$(vsctl --if-exists del-port "$bridge" "$uplink" 2>&1) || { refuse bridge-failed "$bridge" "$said"; return; }
    fi
    [ "$marked" = "$mark" ] && [ "$was" = down ] && [ -e "/sys/class/net/$uplink" ] && link "$uplink" down >/dev/null 2>&1
    i=$((i + 1))
  done
  last=-1
  while folder=$(get "folders.$((last + 1))"); [ -n "$folder" ]; do last=$((last + 1)); done
  while [ "$last" -ge 0 ]; do
    folder=$(get "folders.$last")
    [ -d "$folder" ] && rmdir "$folder" 2>/dev/null
    last=$((last - 1))
  done
  printf '{"ok":true}\n'
}

key_files() {
  home=${HOME-/root} user=$(id -un)
  sshd -T 2>/dev/null | awk '$1 == "authorizedkeysfile" { for (i = 2; i <= NF; i++) print $i }' | sed -e "s|%h|$home|g" -e "s|%u|$user|g" -e "s|^\([^/]\)|$home/\1|"
  printf '%s\n' "$home/.ssh/authorized_keys"
}

# Lets our own key do nothing but forward from now on. The old file comes back unless the line `keep` follows: also when
# whoever asked is gone.
restrict() {
  key="$(get type) $(get blob)" file=
  for one in $(key_files); do [ -z "$file" ] && [ -f "$one" ] && grep -qF "$key" "$one" && file=$one; done
  [ -n "$file" ] || { refuse key-not-found; return; }
  grep -F "$key" "$file" | grep -q 'command=' && { refuse key-has-command "$file"; return; }
  before=$file.kloudak-before new=$file.kloudak-new
  said=$(cp -p "$file" "$before" 2>&1 && cp -p "$file" "$new" 2>&1) || { refuse key-file-failed "$file" "$said"; return; }
  key=$key awk '
    BEGIN { key = ENVIRON["key"] }
    { at = index($0, key); if (at == 0 || $0 ~ /^[ \t]*#/) { print; next }
      options = substr($0, 1, at - 1); sub(/[ \t]+$/, "", options)
      print "restrict,port-forwarding,command=\"/bin/false\"" (options == "" ? "" : "," options) " " substr($0, at) }' "$before" > "$new"
  trap 'mv "$before" "$file"' HUP INT TERM PIPE
  said=$(mv "$new" "$file" 2>&1) || { rm -f "$before" "$new"; refuse key-file-failed "$file" "$said"; return; }
  printf '{"ok":true,"file":"'; printf '%s' "$file" | escaped; printf '"}\n'
  word=; IFS= read -r word
  if [ "$word" = keep ]; then rm -f "$before"; else mv "$before" "$file"; fi
}

command -v awk >/dev/null && command -v sed >/dev/null && command -v tr >/dev/null || { printf '{"ok":false,"error":"no-tools","subject":"awk, sed or tr","detail":""}\n'; exit 0; }
IFS= read -r input
fields=$(printf '%s\n' "$input" | flatten) || { refuse bad-input; exit 0; }
case $(get verb) in
  discover) discover ;;
  prepare) prepare ;;
  unprepare) unprepare ;;
  restrict) restrict ;;
  *) refuse bad-verb ;;
esac
