# After json.awk: the cloud-config keys that this guest knows, as lines for `apply`.
END {
  for (n = 1; n <= paths; n++) {
    at = path[n]; value = leaf[at]
    split(at, part, "/")
    key = part[2]
    if (key == "hostname" || key == "ssh_pwauth") print key " " value
    else if (key == "users") {
      if (part[4] == "name") users[part[3]] = value
      else if (part[4] == "passwd" || part[4] == "hashed_passwd") hash[part[3]] = value
      else if (part[4] == "ssh_authorized_keys" && value != "[]") keys[part[3]] = keys[part[3]] part[3] " " value "\n"
      else if (part[4] == "shell") shell[part[3]] = value
      if (part[3] + 1 > count) count = part[3] + 1
    }
    else if (key == "chpasswd" && part[3] == "users") {
      if (part[5] == "name") named[part[4]] = value
      else if (part[5] == "password") password[part[4]] = value
      else if (part[5] == "type") kind[part[4]] = value
      if (part[4] + 1 > passwords) passwords = part[4] + 1
    }
    else if (key == "ssh_authorized_keys" && value != "[]") common[++commons] = value
    else if (key == "write_files") {
      if (part[4] == "path") file[part[3]] = value
      else if (part[4] == "content") content[part[3]] = value
      if (part[3] + 1 > files) files = part[3] + 1
    }
    else if (key == "runcmd" && value != "[]") command[++commands] = value
  }
  for (n = 0; n < count; n++) {
    if (users[n] == "") continue
    print "user " users[n] " " (shell[n] == "" ? "/bin/sh" : shell[n])
    if (hash[n] != "") print "hash " users[n] " " hash[n]
    m = split(keys[n], line, "\n")
    for (i = 1; i < m; i++) print "key " users[n] substr(line[i], index(line[i], " "))
  }
  for (n = 0; n < passwords; n++) print (kind[n] == "hash" || password[n] ~ /^\$[0-9a-z]+\$/ ? "hash " : "text ") named[n] " " password[n]
  for (n = 1; n <= commons; n++) print "key root " common[n]
  for (n = 0; n < files; n++) print "file " file[n] " " content[n]
  for (n = 1; n <= commands; n++) print "run " command[n]
}
