-- Asks the pages of PATHS (with commas between) in turn.
local paths, at = {}, 0
for path in string.gmatch(os.getenv("PATHS"), "[^,]+") do paths[#paths + 1] = path end

request = function()
  at = at + 1
  return wrk.format("GET", paths[at % #paths + 1])
end

done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
