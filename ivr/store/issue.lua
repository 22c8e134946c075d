-- The running number of a report.  KEYS id, counter, key  ARGV candidate key, ttl in s
local n = redis.call('GET', KEYS[1])
if not n then
  n = redis.call('INCR', KEYS[2])
  redis.call('SET', KEYS[1], n, 'EX', ARGV[2])
end
redis.call('SET', KEYS[3], ARGV[1], 'NX')
return {tonumber(n), redis.call('GET', KEYS[3])}
