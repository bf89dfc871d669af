import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { serve } from '../processes/serve.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';
import { BATCH, type SignedBody, statusBodies } from './status-bodies.js';

export interface PosterOptions {
  readonly databaseUrl: string;
  /** The number that the statuses are about. */
  readonly phoneNumberId: string;
  readonly meta: MetaAccess;
}

/** How statuses were taken. */
export interface Posted {
  readonly statuses: number;
  /** Statuses per second, from the first POST to the last answer. */
  readonly rate: number;
  /** Milliseconds from when a POST was due to its answer, of which 99 of 100 took no longer. */
  readonly p99: number;
  readonly median: number;
}

/** Posts what Meta would post, at Meta's pace and not at the receiver's. */
async function poster({ databaseUrl, phoneNumberId, meta }: PosterOptions) {
  const bodies = await statusBodies(databaseUrl, phoneNumberId, meta);
  const agent = new Agent({ connections: 64 });

  async function post(url: string, { body, signature }: SignedBody): Promise<void> {
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
    const response = await request(url, { method: 'POST', headers, body, dispatcher: agent });
    await response.body.dump();
    if (response.statusCode !== 200) throw new Error(`The receiver answered ${response.statusCode}.`);
  }

  return {
    /** @param perSecond statuses */
    async post(url: string, perSecond: number): Promise<Posted> {
      const startedAt = performance.now();
      const answers = bodies.map(async (body, index) => {
        const dueAt = startedAt + (index * BATCH * 1_000) / perSecond;
        await delay(Math.max(0, dueAt - performance.now()));
        await post(url, body);
        return performance.now() - dueAt;
      });
      const times = (await Promise.all(answers)).toSorted((one, other) => one - other);
      const statuses = bodies.length * BATCH;
      const rate = (statuses * 1_000) / (performance.now() - startedAt);
      const within = (share: number) => times[Math.ceil(times.length * share) - 1] ?? 0;
      return { statuses, rate, p99: within(0.99), median: within(0.5) };
    },
    /** The next webhook is posted when one is answered. @returns statuses per second */
    async postAtMost(url: string, atOnce: number): Promise<number> {
      const startedAt = performance.now();
      const waiting = bodies.values();
      const lane = async (): Promise<void> => {
        for (const body of waiting) await post(url, body);
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
      return (bodies.length * BATCH * 1_000) / (performance.now() - startedAt);
    },
    close: () => agent.close(),
  };
}

export type Poster = Awaited<ReturnType<typeof poster>>;

serve(poster);
