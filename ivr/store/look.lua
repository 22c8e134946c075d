-- Tells how a slot stands.  KEYS slot
-- Answers {owner, beat, whether it was released, whether its holder is leaving},
-- or nothing where the slot is not known.
local cur = redis.call('HMGET', KEYS[1], 'owner', 'epoch', 'beat', 'released', 'leaving')
if not cur[1] then return false end
-- A store that takes no writes (out of memory, a replica) fails here: its holder
-- cannot renew, so that a beat that stands still says nothing.
redis.call('HSET', KEYS[1], 'looked', cur[3] or cur[2])
return {cur[1], tonumber(cur[3] or cur[2]), cur[4] == cur[2] and 1 or 0, cur[5] == cur[2] and 1 or 0}
