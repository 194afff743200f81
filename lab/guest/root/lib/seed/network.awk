# After json.awk: network-config version 2 as lines for `apply`, the interface of each line named by its MAC.
END {
  for (n = 1; n <= paths; n++) {
    # /ethernets/<id>/..., or /network/ethernets/<id>/...
    at = path[n]; sub(/^\/network/, "", at)
    split(at, part, "/")
    if (part[2] != "ethernets") continue
    id = part[3]; value = leaf[path[n]]
    if (!(id in seen)) { seen[id] = 1; ids[++count] = id }
    if (part[4] == "match" && part[5] == "macaddress") mac[id] = tolower(value)
    else if (part[4] == "set-name") name[id] = value
    else if (part[4] == "addresses" && value != "[]") lines[id] = lines[id] "address " value "\n"
    else if (part[4] == "routes" && part[6] == "to") to[id, part[5]] = value
    else if (part[4] == "routes" && part[6] == "via") { via[id, part[5]] = value; routes[id] = part[5] + 1 }
    else if (part[4] == "nameservers" && part[5] == "addresses" && value != "[]") lines[id] = lines[id] "nameserver " value "\n"
    else if (part[4] == "nameservers" && part[5] == "search" && value != "[]") lines[id] = lines[id] "search " value "\n"
    else if (part[4] == "accept-ra" && value == "false") lines[id] = lines[id] "no-accept-ra\n"
    else if (part[4] == "link-local" && value == "[]") first[id] = "no-link-local\n"
    else if (part[4] ~ /^gateway[46]$/) gateways[id] = gateways[id] "route default " value "\n"
    else if (part[4] == "mtu") lines[id] = lines[id] "mtu " value "\n"
    else if (part[4] == "dhcp4" && value == "true") last[id] = "dhcp4\n"
  }
  for (n = 1; n <= count; n++) {
    id = ids[n]
    printf "link %s %s\n%sup\n%s%s", mac[id] ? mac[id] : "-", name[id] ? name[id] : id, first[id], lines[id], last[id]
    # Routes come last: their gateways are reached through the addresses.
    for (r = 0; r < routes[id]; r++) printf "route %s %s\n", to[id, r] ~ /^(default|0\.0\.0\.0\/0|::\/0)$/ ? "default" : to[id, r], via[id, r]
    printf "%s", gateways[id]
  }
}
