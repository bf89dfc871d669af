import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { AccountNode, PhoneNumberNode } from '../graph-node.js';
import { BatchQueue } from './batch-queue.js';
import { subjectOf, type Update } from './update.js';
import { webhookOf, type Webhook } from './webhook.js';
import type { WebhookOptions } from './webhook.options.js';

const BATCH_SIZE = 100;
const RETRY_AFTER_MS = [100, 500, 2_000];
const TIMEOUT_MS = 10_000;

/** Posts updates, those of one subject one POST after the other; one that fails does not hold up the next. */
export class Outbox {
  pending = 0;
  delivered = 0;
  dropped = 0;
  readonly #queues = new Map<string, BatchQueue<Update>>();
  readonly #agent = new Agent({
    connectTimeout: TIMEOUT_MS,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  readonly #ended = new AbortController();

  constructor(readonly options: WebhookOptions) {}

  add(update: Update): void {
    if (this.#ended.signal.aborted) return;
    const { doubled = 0, random = Math.random } = this.options;
    const copies = doubled > 0 && random() < doubled ? 2 : 1;
    this.pending += copies;
    const queue = this.#queueOf(subjectOf(update));
    for (let copy = 0; copy < copies; copy += 1) queue.add(update);
  }

  /** Gives up all that waits, and ends what is on its way. */
  async close(): Promise<void> {
    this.#ended.abort();
    this.pending = 0;
    await this.#agent.destroy();
  }

  #queueOf(subject: PhoneNumberNode | AccountNode): BatchQueue<Update> {
    const known = this.#queues.get(subject.id);
    if (known) return known;
    const { url, batchSize = BATCH_SIZE, shuffled = false, random = Math.random } = this.options;
    const next = (waiting: number) => (shuffled ? Math.floor(random() * waiting) : 0);
    const queue = new BatchQueue<Update>(batchSize, next, async (updates) => {
      if (this.#ended.signal.aborted) return;
      const webhook = webhookOf(subject, updates, url);
      if (await this.#isTaken(webhook)) this.#settle(webhook, 'delivered');
      else void this.#retry(webhook);
    });
    this.#queues.set(subject.id, queue);
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
