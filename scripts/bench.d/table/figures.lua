-- Prints what wrk has measured as numbers behind the word 'figures', in the order of Wrk.Figures; wrk's own
-- summary would have to be taken apart, with its units. An argument says how many requests are sent
-- at a time on each connection.
local requests

function init(arguments)
  local one = wrk.format()
  requests = string.rep(one, tonumber(arguments[1] or 1))
end

function request()
  return requests
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format(
    "figures %d %d %d %.3f %.3f %d %d",
    summary.requests,
    summary.duration,
    summary.bytes,
    latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.timeout,
    errors.status))
end
