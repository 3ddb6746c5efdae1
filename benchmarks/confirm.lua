-- Each request confirms the next support of a file with secrets.
-- TOKENS, COOKIE, CSRF come from the environment; a second run goes on at OFFSET.
local tokens, at = {}, tonumber(os.getenv("OFFSET") or "0")
for line in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = line end
local headers = { ["Cookie"] = os.getenv("COOKIE"), ["Content-Type"] = "application/x-www-form-urlencoded" }
local body = "csrf_token=" .. os.getenv("CSRF")

request = function()
  at = at + 1
  return wrk.format("POST", "/steun/" .. (tokens[at] or "op"), headers, body)
end


done = function(summary, latency, requests)
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    summary.errors.status, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
