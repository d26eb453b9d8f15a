# shellcheck shell=bash
# How long a start takes, from the call of bin/percore to the first 200 of /healthz: with the AOT
# caches of `percore train`, as scripts/run starts, and without. BENCH_STARTS says how often (5).
: "${distribution:?to be run by scripts/bench}" "${folder:?}"

# without_caches: makes a distribution of the same files, without caches, and prints its home.
without_caches() {
  local home=$folder/without entry
  mkdir -p "$home"
  cp -r "$distribution/bin" "$home/"
  for entry in lib conf plugins; do
    ln -s "$distribution/$entry" "$home/$entry"
  done
  echo "$home"
}

# free_port: prints a port that nobody listens on.
free_port() {
  local port
  while port=$((20000 + RANDOM % 10000)) && (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

# measure_start HOME: starts a server, sets `start_ms` to the milliseconds to its first answer, and
# stops it. Not to be called in a subshell, where clean_up would not find the server.
measure_start() {
  local port began pid log=$folder/start.log
  port=$(free_port)
  began=${EPOCHREALTIME/[^0-9]/}
  "$1/bin/percore" run --set run_dir="$folder/start" --set listen.address=127.0.0.1 \
    --set listen.port="$port" --set admin.port=0 >"$log" 2>&1 &
  pid=$!
  until curl -sf -o /dev/null --max-time 10 "http://127.0.0.1:$port/healthz"; do
    if ! kill -0 "$pid" 2>/dev/null || [ $((${EPOCHREALTIME/[^0-9]/} - began)) -gt 60000000 ]; then
      cat "$log" >&2
      say "the server did not start"
      return 1
    fi
    sleep 0.01
  done
  start_ms=$(((${EPOCHREALTIME/[^0-9]/} - began) / 1000))
  stop "$pid"
}

# start_row TITLE HOME: measures and prints a row.
start_row() {
  local times=()
  while [ "${#times[@]}" -lt "${BENCH_STARTS:-5}" ]; do
    measure_start "$2"
    times+=("$start_ms")
  done
  printf '%s\n' "${times[@]}" | sort -n | awk -v title="$1" '
    { ms[NR] = $1 }
    END { printf "%-22s %10d %10d %10d\n", title, ms[1], ms[int((NR + 1) / 2)], ms[NR] }'
}

printf '%-22s %10s %10s %10s\n' start 'min ms' 'median ms' 'max ms'
if [ -r "$distribution/cache/master.aot" ] && [ -r "$distribution/cache/worker.aot" ]; then
  start_row 'with AOT caches' "$distribution"
else
  say "$distribution has no caches: run its bin/percore train first"
fi
start_row 'without' "$(without_caches)"
