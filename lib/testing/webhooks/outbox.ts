import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { PhoneNumberNode } from '../graph-node.js';
import { BatchQueue } from './batch-queue.js';
import type { StatusUpdate } from './status-update.js';
import { webhookOf, type Webhook } from './webhook.js';
import type { WebhookOptions } from './webhook.options.js';

const BATCH_SIZE = 100;
const RETRY_AFTER_MS = [100, 500, 2_000];
const TIMEOUT_MS = 10_000;

/** Posts updates, those of one number in order and one POST after the other; one that fails does not hold up the next. */
export class Outbox {
  pending = 0;
  delivered = 0;
  dropped = 0;
  readonly #queues = new Map<string, BatchQueue<StatusUpdate>>();
  readonly #agent = new Agent({
    connectTimeout: TIMEOUT_MS,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  readonly #ended = new AbortController();

  constructor(readonly options: WebhookOptions) {}

  add(update: StatusUpdate): void {
    if (this.#ended.signal.aborted) return;
    this.pending += 1;
    this.#queueOf(update.message.phoneNumber).add(update);
  }

  /** Gives up all that waits, and ends what is on its way. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.pending = 0;
    await this.#agent.destroy();
  }

  #queueOf(phoneNumber: PhoneNumberNode): BatchQueue<StatusUpdate> {
    const known = this.#queues.get(phoneNumber.id);
    if (known) return known;
    const { url, batchSize = BATCH_SIZE } = this.options;
    const queue = new BatchQueue<StatusUpdate>(batchSize, async (updates) => {
      if (this.#ended.signal.aborted) return;
      const webhook = webhookOf(phoneNumber, updates, url);
      if (await this.#isTaken(webhook)) this.#settle(webhook, 'delivered');
      else void this.#retry(webhook);
    });
    this.#queues.set(phoneNumber.id, queue);
    return queue;
  }

  async #retry(webhook: Webhook): Promise<void> {
    const { signal } = this.#ended;
    for (const ms of this.options.retryAfterMs ?? RETRY_AFTER_MS) {
      await delay(ms, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      if (await this.#isTaken(webhook)) {
        this.#settle(webhook, 'delivered');
        return;
      }
    }
    this.#settle(webhook, 'dropped');
  }

  #settle({ size }: Webhook, outcome: 'delivered' | 'dropped'): void {
    if (this.#ended.signal.aborted) return;
    this.pending -= size;
    this[outcome] += size;
  }

  async #isTaken({ url, body, signature }: Webhook): Promise<boolean> {
    try {
      const response = await request(url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'facebookexternalua',
          'X-Hub-Signature-256': signature,
        },
        body,
        dispatcher: this.#agent,
      });
      await response.body.dump();
      return response.statusCode === 200;
    } catch {
      return false; // nobody there, or no answer in time
    }
  }
}
