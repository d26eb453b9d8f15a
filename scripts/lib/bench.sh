# shellcheck shell=bash
# What the files of scripts/bench.d use: `base`, the server's URL, and the functions below. To be
# sourced.

# shellcheck source=scripts/lib/build.sh
. "$(dirname "${BASH_SOURCE[0]}")/build.sh"

bench_seconds=${BENCH_SECONDS:-5}
bench_connections=${BENCH_CONNECTIONS:-64}
# Of the Java servers beside Percore: their libraries and classes.
rivals=$root/target/rivals
folder=

# make_folder: sets `folder` to a new one that the processes of other users may read.
make_folder() {
  folder=$(mktemp -d)
  chmod 755 "$folder"
}

# start_server: starts the distribution with a run folder of its own and sets `base` once it is
# ready.
start_server() {
  # shellcheck disable=SC2086
  "$distribution/bin/percore" run --set run_dir="$folder/run" --set listen.address=127.0.0.1 \
    --set listen.port=0 --set admin.port=0 ${BENCH_OPTIONS-} >"$folder/log" 2>&1 &
  local server=$! deadline=$((SECONDS + 30)) status
  while kill -0 "$server" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do
    status=$(curl -sf --max-time 5 --unix-socket "$folder/run/control.sock" http://localhost/status) || status=
    if [ "$(field "$status" workers_ready)" = "$(field "$status" workers_wanted)" ] &&
      [ -n "$status" ]; then
      base=http://$(field "$status" listen)
      echo "$base, $(field "$status" workers_ready) workers, $(nproc) cores," \
        "$bench_connections connections, ${bench_seconds}s a row"
      return 0
    fi
    sleep 0.1
  done
  cat "$folder/log" >&2
  say "the server did not get ready"
  return 1
}

# bench_java PROGRAM SITE_OPTIONS... -- ARG...: runs a program of scripts/bench.d in a JVM, from its
# source. What it needs to know beside its own options stands in common/Site.java.
bench_java() {
  local program=$1 options=() client='' ordinary='' status=0
  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  find_java javac
  # A client that measures latencies shares the processors with the servers and must not wait for
  # them: it goes first, where it may. What it starts gets back what is ordinary.
  if chrt --rr 1 true 2>/dev/null; then
    client='chrt --rr 1' ordinary='chrt --other 0'
  fi
  # In the background, since a trap waits for the end of what is in the foreground.
  # shellcheck disable=SC2086,SC2154
  $client "$java_home/bin/java" -XX:+UseSerialGC -Xmx256m --enable-native-access=ALL-UNNAMED \
    -Djava.net.preferIPv4Stack=true -Dbench.ordinary="$ordinary" -Dbench.folder="$folder" \
    -Dbench.distribution="$distribution" -Dbench.parts="$root/scripts/bench.d" \
    -Dbench.rivals="$rivals" "${options[@]}" \
    -cp "$distribution/lib/*" "$root/scripts/bench.d/$program" "$@" &
  wait $! || status=$?
  return "$status"
}

# field JSON NAME: prints a top-level string or number.
field() {
  sed -n "s/.*\"$2\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" <<<"$1"
}

# stop PID: stops a server of this shell, by force if it does not obey.
stop() {
  kill -TERM "$1" 2>/dev/null || return 0
  # What is left of the guard must not keep a pipe open that somebody reads to its end.
  (sleep 20 && kill -KILL "$1") >/dev/null 2>&1 &
  local guard=$!
  wait "$1" || true
  kill "$guard" 2>/dev/null || true
}

# clean_up: stops every server that still runs and removes their folder.
clean_up() {
  local pid
  for pid in $(jobs -p); do
    stop "$pid"
  done
  [ -z "$folder" ] || rm -rf "$folder"
}

# wrk_title: prints the titles of the rows that wrk_row prints.
wrk_title() {
  printf '%-22s %12s %10s %10s %8s %10s\n' request requests/s 'p50 ms' 'p99 ms' errors 'not 2xx'
}

# wrk_row PATH: warms the path up and measures it. Only answers that are 2xx count in requests/s;
# errors are those of the sockets, timeouts included. A path that does not answer at all ends the
# bench at once.
wrk_row() {
  local threads
  curl -sf -o /dev/null --max-time 10 "$base$1" || {
    say "$1 does not answer: $(curl -sS --max-time 10 "$base$1" 2>&1)"
    return 1
  }
  threads=$(nproc)
  [ "$threads" -le "$bench_connections" ] || threads=$bench_connections
  wrk -t "$threads" -c "$bench_connections" -d 2s "$base$1" >/dev/null
  wrk -t "$threads" -c "$bench_connections" -d "${bench_seconds}s" --timeout 10s \
    -s "$root/scripts/lib/row.lua" "$base$1" | grep '^row ' | cut -c 5-
}
