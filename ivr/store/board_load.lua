-- board_load.lua
-- Tells what has changed on the board.
-- KEYS board, board-log, board-changed, board-gone  ARGV the number the asker stands at
-- Answers {number, whether it is whole, name and value of entries, names that are
-- gone, the log, what of it is since where it is not whole}.
local at = redis.call('ZREVRANGE', KEYS[2], 0, 0)[1] or '0'
if tonumber(at) <= tonumber(ARGV[1]) and ARGV[1] ~= '0' then return {at, 0, {}, {}, {}} end
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  return {at, 1, redis.call('HGETALL', KEYS[1]), {}, redis.call('ZRANGE', KEYS[2], 0, -1)}
end
local entries = {}
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. ARGV[1], '+inf')) do
  entries[#entries + 1] = name
  entries[#entries + 1] = redis.call('HGET', KEYS[1], name)
end
return {at, 0, entries, redis.call('ZRANGEBYSCORE', KEYS[4], '(' .. ARGV[1], '+inf'),
  redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[1], '+inf')}
