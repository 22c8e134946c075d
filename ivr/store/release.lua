-- Releases a slot, unless another holds it.  KEYS slot  ARGV owner, epoch
local cur = redis.call('HMGET', KEYS[1], 'owner', 'epoch')
if cur[1] ~= ARGV[1] or cur[2] ~= ARGV[2] then return 0 end
local t = redis.call('TIME')
redis.call('HSET', KEYS[1], 'released', ARGV[2], 'seen', string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000)))
return 1
