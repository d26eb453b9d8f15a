# shellcheck shell=bash
# Shows that counting to N really takes N steps: ten times the N, ten times the time. Each row is
# the best of five, one request at a time.
: "${base:?to be run by scripts/bench}"

# count_seconds N: prints the shortest time of five requests.
count_seconds() {
  local best='' seconds
  for _ in 1 2 3 4 5; do
    seconds=$(curl -sf -o /dev/null -w '%{time_total}' --max-time 60 "$base/calc?n=$1") || {
      say "/calc?n=$1 failed: $(curl -s --max-time 60 "$base/calc?n=$1")"
      return 1
    }
    best=$(printf '%s\n' "$best" "$seconds" | awk 'NF' | sort -g | head -n 1)
  done
  echo "$best"
}

printf '%-22s %12s %14s %10s\n' count seconds 'ns a step' ratio
previous=
for n in 10000000 100000000 1000000000; do
  seconds=$(count_seconds "$n")
  awk -v n="$n" -v s="$seconds" -v p="$previous" 'BEGIN {
    ratio = p == "" ? "-" : sprintf("%.1f", s / p)
    printf "%-22s %12.4f %14.3f %10s\n", "/calc?n=" n, s, s * 1e9 / n, ratio
  }'
  previous=$seconds
done
