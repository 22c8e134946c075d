-- Marks that a slot's holder wants to be relieved, or not any more.
-- KEYS slot  ARGV owner, epoch, 1|0
-- Answers 1, or 0 when another holds it.
local cur = redis.call('HMGET', KEYS[1], 'owner', 'epoch')
if cur[1] ~= ARGV[1] or cur[2] ~= ARGV[2] then return 0 end
if ARGV[3] == '1' then
  redis.call('HSET', KEYS[1], 'leaving', ARGV[2])
else
  redis.call('HDEL', KEYS[1], 'leaving')
end
return 1
