# shellcheck shell=bash
# The pool: how near makespans come to the ideal, the classic comparison, the latency of cheap
# requests beside computing ones, and the cost of a call; beside other servers where they are
# installed. POOL_SCALE is a factor to sizes and times (1).
: "${distribution:?to be run by scripts/bench}" "${base:?}" "${folder:?}"

have python3 python3 || say "python3 is missing, and its rows are skipped"
have node nodejs || say "node is missing, and its rows are skipped"
have gunicorn gunicorn || say "gunicorn is missing, and its rows are skipped"
have nginx nginx-light || say "nginx is missing, and its rows are skipped"
find_java javac
"$java_home/bin/java" -XX:+UseSerialGC -Xmx192m --enable-native-access=ALL-UNNAMED \
  -Dpool.distribution="$distribution" -Dpool.base="$base" -Dpool.folder="$folder" \
  -Dpool.parts="$root/scripts/bench.d/pool" -Dpool.scale="${POOL_SCALE:-1}" \
  -cp "$distribution/lib/*" "$root/scripts/bench.d/pool/Pool.java"
