# After json.awk: the value at the path `wanted`.
END { print leaf[wanted] }
