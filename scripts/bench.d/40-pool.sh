# shellcheck shell=bash
# The pool: how near makespans come to the ideal, the classic comparison, the latency of cheap
# requests beside computing ones, and the cost of a call; beside other servers where they are
# installed. docs/performance.md tells how to read it.
#
#   POOL_TABLES  the tables to print (makespan classic latencies dispatch)
#   POOL_SERVERS whose latencies are measured (percore nginx node gunicorn)
#   POOL_SCALE   factor to sizes and times (1)
#   POOL_ROUNDS  rounds of which a makespan is the median (5)
: "${distribution:?to be run by scripts/bench}" "${base:?}" "${folder:?}"

have python3 python3 || say "python3 is missing, and its rows are skipped"
have node nodejs || say "node is missing, and its rows are skipped"
have gunicorn gunicorn || say "gunicorn is missing, and its rows are skipped"
have nginx nginx-light || say "nginx is missing, and its rows are skipped"
find_java javac

# pool_table NAME: prints a table.
pool_table() {
  local client='' ordinary=''
  # A client that measures latencies shares the processors with the servers and must not wait for
  # them: it goes first, where it may. The servers that it starts get back what is ordinary.
  if [ "$1" = latencies ] && chrt --rr 1 true 2>/dev/null; then
    client='chrt --rr 1' ordinary='chrt --other 0'
  fi
  # shellcheck disable=SC2086,SC2154
  $client "$java_home/bin/java" -XX:+UseSerialGC -Xmx192m --enable-native-access=ALL-UNNAMED \
    -Djava.net.preferIPv4Stack=true -Dpool.ordinary="$ordinary" \
    -Dpool.distribution="$distribution" -Dpool.base="$base" -Dpool.folder="$folder" \
    -Dpool.parts="$root/scripts/bench.d/pool" -Dpool.scale="${POOL_SCALE:-1}" \
    -Dpool.servers="${POOL_SERVERS:-percore nginx node gunicorn}" -Dpool.rounds="${POOL_ROUNDS:-5}" \
    -cp "$distribution/lib/*" "$root/scripts/bench.d/pool/Pool.java" "$1"
}

for table in ${POOL_TABLES:-makespan classic latencies dispatch}; do
  pool_table "$table"
done
