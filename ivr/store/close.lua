-- Ends a live call of a lost machine.
-- KEYS  call, path, events, live, recent, slot
-- ARGV  the slot's beat that stood still, the call's seq, id, seq and state at
--       its end, now in ms, time to live in s, path cap,
--       then for each event: seq, time, event, note, line
-- Answers 1, or 0 when the slot beats or the call has gone on.
local slot = redis.call('HMGET', KEYS[6], 'beat', 'epoch')
if (slot[1] or slot[2] or '0') ~= ARGV[1] then return 0 end
if redis.call('HGET', KEYS[1], 'seq') ~= ARGV[2] then return 0 end
local id, now, ttl, cap = ARGV[3], tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])

local lines = 0
for i = 9, #ARGV, 5 do
  redis.call('XADD', KEYS[3], '*', 'call', id, 'seq', ARGV[i], 't', ARGV[i + 1], 'event', ARGV[i + 2], 'data', ARGV[i + 3])
  redis.call('RPUSH', KEYS[2], ARGV[i + 4])
  lines = lines + 1
end
redis.call('LTRIM', KEYS[2], -cap, -1)
redis.call('EXPIRE', KEYS[2], ttl)
-- The epoch stays: the slot's holder may come back and save what he knows better.
redis.call('HSET', KEYS[1], 'seq', ARGV[4], 'state', ARGV[5], 'closed', ARGV[2] .. ':' .. lines)
redis.call('EXPIRE', KEYS[1], ttl)
redis.call('ZREM', KEYS[4], id)
redis.call('ZADD', KEYS[5], now, id)
return 1
