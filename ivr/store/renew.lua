-- Renews a slot.  KEYS slot, slots  ARGV owner, epoch, whether a lease that is lost
-- with all data may be written again, the slot's name
-- Answers 1, 2 when it was lost and is written anew, or 0 when another holds it or
-- it was released.
local cur = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'beat', 'released')
if cur[2] and (cur[1] ~= ARGV[1] or cur[2] ~= ARGV[2] or cur[4] == cur[2]) then return 0 end
if not cur[2] and ARGV[3] ~= '1' then return 0 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'epoch', ARGV[2],
  'beat', string.format('%.0f', math.max(now, tonumber(cur[3] or 0) + 1)), 'seen', string.format('%.0f', now))
redis.call('SADD', KEYS[2], ARGV[4])
return cur[2] and 1 or 2
