-- Saves the state of a call after a step and appends its events.
-- KEYS  call, path, events, live, recent, slot
-- ARGV  epoch, seq, state, slot, id, step|whole, ended 0|1, now in ms,
--       live and ended time to live in s, path cap,
--       then for each event: seq, time, event, note, line
local epoch, seq, state = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local id, whole, ended, now = ARGV[5], ARGV[6] == 'whole', ARGV[7] == '1', tonumber(ARGV[8])
local live_ttl, ended_ttl, cap = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])

local holder = tonumber(redis.call('HGET', KEYS[6], 'epoch') or 0)
if holder > epoch then return 'fenced' end

local known = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'closed')
local last = 0
if known[1] and tonumber(known[1]) > epoch then return 'fenced' end
if known[3] then -- closed by another machine while ours was lost
  local before, lines = string.match(known[3], '(%d+):(%d+)')
  last = tonumber(before)
  if seq < last or (seq ~= last + 1 and not whole) then return 'conflict' end
  redis.call('HDEL', KEYS[1], 'closed')
  redis.call('LTRIM', KEYS[2], 0, -lines - 1)
  redis.call('ZREM', KEYS[5], id)
  redis.call('XADD', KEYS[3], '*', 'call', id, 'seq', known[2], 't', ARGV[13] or '', 'event', 'reopened', 'data', '{"event":"reopened"}')
elseif known[1] then
  last = tonumber(known[2])
  if seq == last and redis.call('HGET', KEYS[1], 'state') == state then return 'duplicate' end
  if seq <= last or (seq > last + 1 and not whole) then return 'conflict' end
elseif seq > 1 and not (whole and holder == epoch) then
  return 'missing'
end

local ttl = ended and ended_ttl or live_ttl
redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'seq', ARGV[2], 'state', state, 'slot', ARGV[4])
redis.call('EXPIRE', KEYS[1], ttl)
local lines = {}
for i = 12, #ARGV, 5 do
  if tonumber(ARGV[i]) > last then
    redis.call('XADD', KEYS[3], '*', 'call', id, 'seq', ARGV[i], 't', ARGV[i + 1], 'event', ARGV[i + 2], 'data', ARGV[i + 3])
    lines[#lines + 1] = ARGV[i + 4]
  end
end
if #lines > 0 and redis.call('RPUSH', KEYS[2], unpack(lines)) > cap then
  redis.call('LTRIM', KEYS[2], -cap, -1)
end
redis.call('EXPIRE', KEYS[2], ttl)

if ended then
  redis.call('ZREM', KEYS[4], id)
  redis.call('ZADD', KEYS[5], now, id)
  -- Those whose keys have run out go with the next call that ends.
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - live_ttl * 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now - ended_ttl * 1000)
else
  redis.call('ZADD', KEYS[4], now, id)
end
return 'ok'
