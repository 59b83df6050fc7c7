-- Walks a list of paths with wrk and prints what it found as one line of JSON.
-- Arguments: the file with a path a line; how many answers end the walk, or 0 to go round until wrk's time is up.
-- For one thread: with several, each would walk the list for itself.

local ffi = require("ffi")
ffi.cdef[[
  typedef struct { long seconds; long nanoseconds; } moment;
  int clock_gettime(int clock, moment *now);
  int getpid(void);
  int kill(int process, int signal);
]]
local MONOTONIC, INTERRUPT = 1, 2
local threads = {}

local function microseconds()
  local now = ffi.new("moment")
  ffi.C.clock_gettime(MONOTONIC, now)
  return tonumber(now.seconds) * 1e6 + tonumber(now.nanoseconds) / 1e3
end

local function count(status)
  answered = answered + 1
  if status ~= 200 and status ~= 204 then
    refused = refused + 1
  end
  if answered == wanted then
    finished = microseconds()
    -- wrk would sleep until its time is up; an interrupt ends it as it does at a keyboard.
    ffi.C.kill(ffi.C.getpid(), INTERRUPT)
    wrk.thread:stop()
  end
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  requests = {}
  for path in io.lines(args[1]) do
    table.insert(requests, wrk.format("GET", path))
  end
  asked, answered, refused, wanted = 0, 0, 0, tonumber(args[2])
  -- Looking at each answer takes time, so it is done only where answers are counted.
  if wanted > 0 then
    response = count
  end
end

function request()
  -- wrk takes the first to look at it and does not send it.
  if asked == 1 then
    started = microseconds()
  end
  asked = asked + 1
  return requests[(asked - 1) % #requests + 1]
end

function done(summary, latency)
  local thread, errors = threads[1], summary.errors
  local finished = thread:get("finished")
  print(string.format(
    '{"requests": %d, "microseconds": %d, "p50": %d, "p99": %d, "answers": %d, "bytes": %d, "failed": %d}',
    finished and thread:get("wanted") or summary.requests,
    finished and finished - thread:get("started") or summary.duration,
    latency:percentile(50), latency:percentile(99), summary.requests, summary.bytes,
    thread:get("refused") + errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
