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

# pool_table NAME: prints a table.
pool_table() {
  bench_java pool/Pool.java -Dpool.base="$base" -Dpool.scale="${POOL_SCALE:-1}" \
    -Dpool.servers="${POOL_SERVERS:-percore nginx node gunicorn}" \
    -Dpool.rounds="${POOL_ROUNDS:-5}" -- "$1"
}

for table in ${POOL_TABLES:-makespan classic latencies dispatch}; do
  pool_table "$table"
done
