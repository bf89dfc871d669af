import { LedgerPacer, type PaceLedger } from './ledger.pacer.js';
import {
  type Grant,
  type MessageKind,
  TURNS,
  CLIMB_FOR,
  INBOUND_SHARE,
  LOOKAHEAD,
  REFILL,
  SAME_REFUSAL,
  SLOW_FOR,
  SLOWEST,
  USED_SHARE,
} from './pace-rules.js';
import type { PacedNumber } from './pacer.js';
import { createHash } from 'node:crypto';
import { messageOf } from '../foreign-errors.js';

/** The part of a Redis client that is used; those of ioredis, also for a cluster, are such. */
export interface RedisScripts {
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  evalsha(sha: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
}

/** A Lua script that Redis keeps, and is given again when it has lost it. */
class RedisScript {
  readonly #sha: string;

  constructor(private readonly source: string) {
    this.#sha = createHash('sha1').update(source).digest('hex');
  }

  /** Runs it with one key, so that it works on a cluster, too. */
  async run(client: RedisScripts, key: string, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await client.evalsha(this.#sha, 1, key, ...args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return client.eval(this.source, 1, key, ...args);
    }
  }
}

/** What the script is asked to do: `ARGV[1]`. */
type PaceCommand = 'grant' | 'count' | 'slow' | 'pace';

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
const PACE_SCRIPT = REDIS_NOW + PACE_STEP;

/** Paces what all processes that share a Redis send; its clock rules. */
export class RedisPacer extends LedgerPacer {
  /** Keys are `<prefix>:pace:<phone number id>`. */
  constructor(client: RedisScripts, prefix: string) {
    super(new RedisPaceLedger(client, prefix));
  }
}

/** Processes come back up to this much apart, ms; well below what an asker may be late without losing pace. */
const SPREAD = 5;

const script = new RedisScript(PACE_SCRIPT);

/** For all processes that share a Redis. When Redis loses its memory, the numbers start again. */
class RedisPaceLedger implements PaceLedger {
  constructor(
    private readonly client: RedisScripts,
    private readonly prefix: string,
  ) {}

  async grant(number: PacedNumber, kind: MessageKind, count: number): Promise<Grant> {
    const { lead, near } = TURNS[kind];
    const [now, askAgainIn, ...slots] = await this.#run('grant', number, count, lead, near);
    // Redis has its own time, and this moment is the nearest to it that is known for sure not to be before it.
    const offset = performance.now() - now;
    // By chance, or the process nearest to Redis would always be the first to ask again.
    const spread = Math.random() * SPREAD;
    return { slots: slots.map((slot) => slot + offset), askAgainIn: askAgainIn + spread };
  }

  async count(number: PacedNumber, messages: number): Promise<void> {
    await this.#run('count', number, messages);
  }

  async slowDown(number: PacedNumber): Promise<void> {
    await this.#run('slow', number);
  }

  async paceOf(number: PacedNumber): Promise<number> {
    const [, pace] = await this.#run('pace', number);
    return pace;
  }

  async #run(
    command: PaceCommand,
    { phoneNumberId, throughput }: PacedNumber,
    ...args: readonly number[]
  ): Promise<readonly [number, number, ...number[]]> {
    const key = `${this.prefix}:pace:${phoneNumberId}`;
    const answer = await script.run(this.client, key, [command, throughput, ...args]);
    const [now, second, ...rest] = Array.isArray(answer) ? answer.map(Number) : [];
    if (now === undefined || second === undefined) throw new Error(`Redis answered ${String(answer)} about the pace.`);
    return [now, second, ...rest];
  }
}
