-- wrk -s: posts the lines of the file BODIES one after the other, and prints the result as a line of JSON.
local requests = {}
local next = 0

function init()
  for line in io.lines(os.getenv('BODIES')) do
    requests[#requests + 1] = wrk.format('POST', nil, { ['content-type'] = 'application/json' }, line)
  end
end

function request()
  next = next % #requests + 1
  return requests[next]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"requestsPerSecond":%.3f,"p50":%.4f,"p99":%.4f,"errors":%d}\n',
    summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
