-- Counts an attempt against limits, by their theoretical arrival time (GCRA).
-- KEYS limits  ARGV take|give, then for each limit: ms until it grows again, burst
-- Answers 0, or with nothing taken the ms until each of the limits allows one.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local due, wait = {}, 0
for i, key in ipairs(KEYS) do
  local every, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  due[i] = math.max(now, tonumber(redis.call('GET', key) or 0))
  if ARGV[1] == 'take' then
    due[i] = due[i] + every
    wait = math.max(wait, due[i] - burst * every - now)
  else
    due[i] = due[i] - every
  end
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  if due[i] > now then
    redis.call('SET', key, string.format('%.0f', due[i]), 'PX', string.format('%.0f', due[i] - now))
  else
    redis.call('DEL', key)
  end
end
return 0
