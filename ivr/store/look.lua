-- Tells how a slot stands.  KEYS slot
-- Answers {owner, ms the lease has left, whether its holder is leaving}, or
-- nothing where the slot is not known.
local cur = redis.call('HMGET', KEYS[1], 'owner', 'until', 'leaving', 'epoch')
if not cur[1] then return false end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
return {cur[1], math.max(tonumber(cur[2]) - now, 0), cur[3] == cur[4] and 1 or 0}
