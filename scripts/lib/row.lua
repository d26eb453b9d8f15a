-- Prints one row of scripts/bench; wrk's own summary would have to be taken apart, with its units.
function done(summary, latency, _)
  local errors = summary.errors
  local good = summary.requests - errors.status
  print(string.format(
    "row %-22s %12.0f %10.2f %10.2f %8d %10d",
    wrk.path,
    good / (summary.duration / 1e6),
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.timeout,
    errors.status))
end
