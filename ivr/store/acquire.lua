-- Takes a slot.  KEYS slot  ARGV owner, ttl in ms
-- Answers {epoch, ms since the last holder's sign of life or -1}, or
-- {0, ms left, owner} when it is held.
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local cur = redis.call('HMGET', KEYS[1], 'owner', 'until', 'epoch', 'seen')
if cur[1] and cur[1] ~= ARGV[1] and tonumber(cur[2]) > now then
  return {0, tonumber(cur[2]) - now, cur[1]}
end
local epoch = math.max(now, tonumber(cur[3] or 0) + 1)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'until', string.format('%.0f', now + ARGV[2]),
  'epoch', string.format('%.0f', epoch), 'seen', string.format('%.0f', now))
return {epoch, cur[4] and math.max(now - cur[4], 0) or -1}
