-- What wrk asks. With TOKENS: each request confirms the next support of that file. With FORM: each request posts
-- that form to the first of PATHS, with its own number where the form says NUMBER. Else: the pages of PATHS, with
-- commas between, in turn. COOKIE and CSRF are the session's.
local lines, at = {}, 0
local tokens, form = os.getenv("TOKENS"), os.getenv("FORM")
if tokens then
  for line in io.lines(tokens) do lines[#lines + 1] = line end
else
  for path in string.gmatch(os.getenv("PATHS"), "[^,]+") do lines[#lines + 1] = path end
end
local headers = { ["Cookie"] = os.getenv("COOKIE"), ["Content-Type"] = "application/x-www-form-urlencoded" }
local body = "csrf_token=" .. (os.getenv("CSRF") or "")
local first = tonumber(os.getenv("FIRST") or "0")

request = function()
  at = at + 1
  if tokens then return wrk.format("POST", "/steun/" .. (lines[at] or "op"), headers, body) end
  if form then
    local typed = string.gsub(form, "NUMBER", tostring(first + at))
    return wrk.format("POST", lines[1], headers, body .. "&" .. typed)
  end
  return wrk.format("GET", lines[at % #lines + 1], headers)
end

done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d %d\n", summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
