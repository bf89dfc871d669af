import type { PaceLedger } from './pace-ledger.js';
import { type Grant, type MessageKind, TURNS } from './pace-rules.js';
import { PACE_SCRIPT, type PaceCommand } from './pace-script.js';
import type { PacedNumber } from './pacer.js';
import { RedisScript, type RedisScripts } from './redis-script.js';

/** Processes come back up to this much apart, ms; well below what an asker may be late without losing pace. */
const SPREAD = 5;

const script = new RedisScript(PACE_SCRIPT);

/** For all processes that share a Redis. When Redis loses its memory, the numbers start afresh. */
export class RedisPaceLedger implements PaceLedger {
  constructor(
    private readonly client: RedisScripts,
    private readonly prefix: string,
  ) {}

  async grant(number: PacedNumber, kind: MessageKind, count: number): Promise<Grant> {
    const { lead, near } = TURNS[kind];
    const [now, askAgainIn, ...slots] = await this.#run('grant', number, count, lead, near);
    // Redis tells its own time, and this moment is the nearest to it that is known for sure not to be before it.
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
