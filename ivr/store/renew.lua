-- Renews or (ttl 0) releases a slot.  KEYS slot  ARGV owner, epoch, ttl in ms,
-- whether a lease that is lost with all data may be written again
-- Answers 1, or 0 when another holds it. A lost lease is not written to release
-- it.
local cur = redis.call('HMGET', KEYS[1], 'owner', 'epoch')
local ttl = tonumber(ARGV[3])
if cur[2] and (cur[1] ~= ARGV[1] or cur[2] ~= ARGV[2]) then return 0 end
if not cur[2] and ttl == 0 then return 1 end
if not cur[2] and ARGV[4] ~= '1' then return 0 end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'until', string.format('%.0f', now + ttl),
  'epoch', ARGV[2], 'seen', string.format('%.0f', now))
return 1
