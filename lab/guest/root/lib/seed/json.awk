# Reads the JSON text of all input into leaf[path] = value, with the paths in their order as path[1..paths]:
# {"a":{"b":[1]}} gives leaf["/a/b/0"] = "1". Empty objects and arrays are leaves {} and []. Lines that start with #
# before the value are comments (`#cloud-config`). In values \, newline, tab and carriage return are written as \\, \n,
# \t and \r, so that a value is always one line. Text that is no JSON is taken as lines of `key: value`.
{ if (text != "" || $0 !~ /^[ \t]*(#|$)/) text = text $0 "\n" }
END {
  if (text ~ /^[ \t\r\n]*[{[]/) read_value("")
  else read_lines()
}
function add(where, value) { leaf[where] = value; path[++paths] = where }
function skip() { sub(/^[ \t\r\n]+/, "", text) }
function take(  c) { c = substr(text, 1, 1); text = substr(text, 2); return c }
function read_value(where,  c, key, n) {
  skip()
  c = substr(text, 1, 1)
  if (c == "\"") { take(); add(where, read_string()); return }
  if (c != "{" && c != "[") {
    if (!match(text, /^[-+.a-zA-Z0-9]+/)) { print "bad JSON at: " substr(text, 1, 20) > "/dev/stderr"; exit 1 }
    c = substr(text, 1, RLENGTH); text = substr(text, RLENGTH + 1); add(where, c); return
  }
  take(); skip()
  if (text ~ /^[]}]/) { take(); add(where, c == "{" ? "{}" : "[]"); return }
  for (n = 0; ; n++) {
    skip(); key = n
    if (c == "{") { take(); key = read_string(); skip(); take() }
    read_value(where "/" key)
    skip()
    if (take() != ",") return
  }
}
function read_string(  out, c, code, low) {
  out = ""
  while (match(text, /["\\]/)) {
    out = out substr(text, 1, RSTART - 1); c = substr(text, RSTART, 1); text = substr(text, RSTART + 1)
    if (c == "\"") return out
    c = take()
    if (c == "u") {
      code = read_hex()
      if (code >= 55296 && code < 56320 && substr(text, 1, 2) == "\\u") { take(); take(); low = read_hex(); code = 65536 + (code - 55296) * 1024 + low - 56320 }
      out = out utf8(code)
    } else if (c == "n" || c == "t" || c == "r" || c == "\\") out = out "\\" c
    else if (c == "b" || c == "f") out = out " "
    else out = out c
  }
  print "bad JSON: a string without end" > "/dev/stderr"; exit 1
}
function read_hex(  n, i) {
  n = 0
  for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789abcdef", tolower(substr(text, i, 1))) - 1
  text = substr(text, 5)
  return n
}
function utf8(code) {
  if (code == 9 || code == 10 || code == 13) return "\\" substr("tn  r", code - 8, 1)
  if (code == 92) return "\\\\"
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  if (code < 65536) return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
  return sprintf("%c%c%c%c", 240 + int(code / 262144), 128 + int(code / 4096) % 64, 128 + int(code / 64) % 64, 128 + code % 64)
}
function read_lines(  lines, n, i, at, key, value) {
  n = split(text, lines, "\n")
  for (i = 1; i <= n; i++) {
    at = index(lines[i], ":")
    if (at < 2 || lines[i] ~ /^[ \t#-]/) continue
    key = substr(lines[i], 1, at - 1); value = substr(lines[i], at + 1)
    gsub(/^[ \t]+|[ \t\r]+$/, "", value); gsub(/^["']|["']$/, "", value)
    add("/" key, value)
  }
}
