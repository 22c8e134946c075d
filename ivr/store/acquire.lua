-- Takes a slot.  KEYS slot, slots  ARGV owner, the beat that the asker has
-- watched, the slot's name
-- Answers {epoch, ms since the last holder's sign of life or -1}, or {0, owner}
-- when it is held: by another, who has not released it, and whose lease beats.
local cur = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'beat', 'released', 'seen')
local beat = cur[3] or cur[2]
if cur[1] and cur[1] ~= ARGV[1] and cur[4] ~= cur[2] and beat ~= ARGV[2] then
  return {0, cur[1]}
end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local epoch = math.max(now, tonumber(cur[2] or 0) + 1)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'epoch', string.format('%.0f', epoch),
  'beat', string.format('%.0f', math.max(now, tonumber(beat or 0) + 1)), 'seen', string.format('%.0f', now))
redis.call('SADD', KEYS[2], ARGV[3])
return {epoch, cur[5] and math.max(now - cur[5], 0) or -1}
