import {
  CLIMB_FOR,
  INBOUND_SHARE,
  LOOKAHEAD,
  REFILL,
  SAME_REFUSAL,
  SLOW_FOR,
  SLOWEST,
  USED_SHARE,
} from './pace-rules.js';

/** What the script is asked to do: `ARGV[1]`. */
export type PaceCommand = 'grant' | 'count' | 'slow' | 'pace';

/**
 * `pace-rules.ts` in Lua, for a `now` in ms that is already there. KEYS[1] is the number's hash; ARGV are command,
 * throughput, and for `grant` count, lead and near, for `count` messages. Numbers are answered and kept as text with all their
 * digits: Redis would cut answers to integers, and Lua times to tenths of a millisecond.
 */
export const PACE_STEP = `
local command, throughput = ARGV[1], tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'tat', 'inboundTat', 'slowedAt', 'factor')
local tat = tonumber(kept[1]) or -math.huge
local inboundTat = tonumber(kept[2]) or -math.huge
local slowedAt = tonumber(kept[3]) or -math.huge
local keptFactor = tonumber(kept[4]) or 1

local function text(number)
  return string.format('%.17g', number)
end

local function keep(...)
  redis.call('HSET', KEYS[1], ...)
  redis.call('PEXPIRE', KEYS[1], math.ceil(math.max(tat - now, 0)) + ${SLOW_FOR + CLIMB_FOR})
end

local function factorNow()
  local elapsed = now - slowedAt
  if elapsed < 0 or elapsed >= ${SLOW_FOR + CLIMB_FOR} then return 1 end
  if elapsed <= ${SLOW_FOR} then return keptFactor end
  return keptFactor + ((1 - keptFactor) * (elapsed - ${SLOW_FOR})) / ${CLIMB_FOR}
end

local full = throughput * ${USED_SHARE}
local pace = math.max(full * factorNow(), math.min(full, 1))
local interval = 1000 / pace
local start = math.max(now, tat)
if tat - now > 1000 + 2 * interval then start = now end

if command == 'grant' then
  local count, lead, near = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  if start - lead - now > near then count = 0 end
  local slots = 0
  local answer = {text(now), ''}
  while slots < count do
    local slot = math.max(now, start + slots * interval - lead)
    if slot - now > ${LOOKAHEAD} then break end
    slots = slots + 1
    answer[slots + 2] = text(slot)
  end
  tat = start + slots * interval
  if slots > 0 then keep('tat', text(tat)) end
  answer[2] = text(math.max(0, tat - lead - ${REFILL} - now))
  return answer
end

if command == 'count' then
  local messages = tonumber(ARGV[3])
  local share = interval / ${INBOUND_SHARE}
  local inboundStart = math.min(math.max(now, inboundTat), now + 1000)
  local counted = math.min(messages, (now + 1000 - inboundStart) / share)
  tat = start + counted * interval
  inboundTat = inboundStart + counted * share
  keep('tat', text(tat), 'inboundTat', text(inboundTat))
end

if command == 'slow' then
  local elapsed = now - slowedAt
  if elapsed < 0 or elapsed >= ${SAME_REFUSAL} then
    keep('slowedAt', text(now), 'factor', text(math.max(factorNow() / 2, ${SLOWEST})))
  end
end

return {text(now), text(pace)}
`;

/** Takes the time from Redis: it is the one clock that all processes share. */
export const REDIS_NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
`;

/** One step of a phone number's pace. It needs Redis 5 or newer. */
export const PACE_SCRIPT = REDIS_NOW + PACE_STEP;
