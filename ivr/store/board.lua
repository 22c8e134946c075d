-- board.lua
-- Changes the board, or writes one anew that has lost data.
-- KEYS  board, board-log, board-changed, board-gone, events, slot
-- ARGV  commit|restore, from, to, epoch or 0, how many entries are set and deleted,
--       how many numbers are logged, how many the log keeps, then name and value of
--       each entry set, the names of the deleted, the numbers, then for each event:
--       call, time, event, data
-- The board stands at the highest member of its log.
local restore, from, to = ARGV[1] == 'restore', tonumber(ARGV[2]), tonumber(ARGV[3])
local epoch, sets, dels = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local logs, cap = tonumber(ARGV[7]), tonumber(ARGV[8])

if redis.call('ZSCORE', KEYS[2], ARGV[3]) then return 'duplicate' end
if epoch > 0 and tonumber(redis.call('HGET', KEYS[6], 'epoch') or 0) > epoch then return 'fenced' end
local at = tonumber(redis.call('ZREVRANGE', KEYS[2], 0, 0)[1] or 0)
if restore then
  if at >= from then return 'conflict' end
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4])
elseif at < from then
  return 'missing'
elseif at > from then
  return 'conflict'
end

local i = 9
for _ = 1, sets do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  redis.call('ZADD', KEYS[3], to, ARGV[i])
  redis.call('ZREM', KEYS[4], ARGV[i])
  i = i + 2
end
for _ = 1, dels do
  redis.call('HDEL', KEYS[1], ARGV[i])
  redis.call('ZREM', KEYS[3], ARGV[i])
  redis.call('ZADD', KEYS[4], to, ARGV[i])
  i = i + 1
end
for _ = 1, logs do
  redis.call('ZADD', KEYS[2], ARGV[i], ARGV[i])
  i = i + 1
end
for e = i, #ARGV, 4 do
  redis.call('XADD', KEYS[5], '*', 'call', ARGV[e], 'seq', ARGV[3], 't', ARGV[e + 1], 'event', ARGV[e + 2], 'data', ARGV[e + 3])
end

redis.call('ZADD', KEYS[2], to, ARGV[3])
if redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -cap - 1) > 0 then
  -- Nobody can ask any more what went before the oldest change that is remembered.
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', redis.call('ZRANGE', KEYS[2], 0, 0)[1])
end
return 'ok'
