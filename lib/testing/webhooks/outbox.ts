import { setTimeout as delay } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { AccountNode, PhoneNumberNode } from '../graph-node.js';
import {
  subjectOf,
  type Update,
  type FieldUpdate,
  type InboundUpdate,
  secondsOf,
  type StatusUpdate,
} from './update.js';
import type { WebhookOptions } from './webhook.options.js';
import { createHmac } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isJsonObject, type JsonObject } from '../server/param.js';
import { contactsOf, statusOf } from './message-status.js';

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

  constructor(readonly options: WebhookOptions) {
    // Every POST that waits for another try listens to it.
    setMaxListeners(0, this.#ended.signal);
  }

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
      return false; // no server there, or no answer in time
    }
  }
}

/** Hands on what has gathered, one batch at a time. */
class BatchQueue<T> {
  readonly #waiting: T[] = [];
  #isBusy = false;

  constructor(
    private readonly size: number,
    /** The place among so many that wait which goes next; 0 for the order in which they came. */
    private readonly next: (waiting: number) => number,
    /** Must not reject. */
    private readonly handle: (batch: T[]) => Promise<void>,
  ) {}

  add(item: T): void {
    this.#waiting.push(item);
    if (this.#isBusy) return;
    this.#isBusy = true;
    setImmediate(() => void this.#run()); // not before whoever adds is done with its own work
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.handle(this.#take());
    this.#isBusy = false;
  }

  #take(): T[] {
    for (let taken = 0; taken < Math.min(this.size, this.#waiting.length); taken += 1) {
      const place = taken + this.next(this.#waiting.length - taken);
      const [first, chosen] = [this.#waiting[taken], this.#waiting[place]];
      if (place === taken || first === undefined || chosen === undefined) continue;
      [this.#waiting[taken], this.#waiting[place]] = [chosen, first];
    }
    return this.#waiting.splice(0, this.size);
  }
}

/** A POST to the app. */
interface Webhook {
  readonly url: string;
  readonly body: string;
  /** The value of `X-Hub-Signature-256`. */
  readonly signature: string;
  /** How many updates are in it. */
  readonly size: number;
}

/** The webhook for some updates of one subject: for a number to its override, else to its account's, else to the app. */
function webhookOf(subject: PhoneNumberNode | AccountNode, updates: readonly Update[], appUrl: string): Webhook {
  const { account } = subject;
  const ofPortfolio = updates.filter(isOfPortfolio);
  const ofAccount = updates.filter((update) => !isOfPortfolio(update));
  const entry = [...entryOf(account.id, ofAccount), ...entryOf(account.ownerBusinessId, ofPortfolio)];
  const body = toAscii(JSON.stringify({ object: 'whatsapp_business_account', entry }));
  return {
    url: isPhoneNumber(subject) ? (subject.callbackOverride ?? account.callbackOverride ?? appUrl) : appUrl,
    body,
    signature: `sha256=${createHmac('sha256', account.appSecret).update(body).digest('hex')}`,
    size: updates.length,
  };
}

/** Some changes of an account are of its business portfolio, and name the account themselves. */
const isOfPortfolio = (update: Update): boolean => update.kind === 'field' && isJsonObject(update.value['waba_info']);

function entryOf(id: string, updates: readonly Update[]): JsonObject[] {
  if (updates.length === 0) return [];
  const times = updates.map((update) => (update.kind === 'field' ? secondsOf(update.at) : 0));
  const time = times.reduce((latest, one) => Math.max(latest, one), 0);
  return [{ id, ...(time > 0 && { time }), changes: changesOf(updates) }];
}

const isPhoneNumber = (subject: PhoneNumberNode | AccountNode): subject is PhoneNumberNode => 'digits' in subject;

/** One change for all statuses, one for all messages, and one for each of the others. */
function changesOf(updates: readonly Update[]): JsonObject[] {
  const statuses = updates.filter((update) => update.kind === 'status');
  const messages = updates.filter((update) => update.kind === 'message');
  const others = updates.filter((update) => update.kind === 'field');
  return [...statusChange(statuses), ...messageChange(messages), ...others.map(fieldChange)];
}

function statusChange(updates: readonly StatusUpdate[]): JsonObject[] {
  const [first] = updates;
  if (!first) return [];
  const contacts = contactsOf(updates);
  const value = {
    ...headOf(first.phoneNumber),
    ...(contacts.length > 0 && { contacts }),
    statuses: updates.map(statusOf),
  };
  return [{ value, field: 'messages' }];
}

function messageChange(updates: readonly InboundUpdate[]): JsonObject[] {
  const [first] = updates;
  if (!first) return [];
  // The same person once, as the messages refer to people by their ids.
  const contacts = new Map(updates.flatMap(({ contact }) => (contact ? [[JSON.stringify(contact), contact]] : [])));
  const value = {
    ...headOf(first.phoneNumber),
    ...(contacts.size > 0 && { contacts: [...contacts.values()] }),
    messages: updates.map(({ message }) => message),
  };
  return [{ value, field: 'messages' }];
}

function fieldChange({ phoneNumber, value, field }: FieldUpdate): JsonObject {
  return { value: { ...(phoneNumber && headOf(phoneNumber)), ...value }, field };
}

const headOf = ({ digits, id }: PhoneNumberNode) => ({
  messaging_product: 'whatsapp',
  metadata: { display_phone_number: digits, phone_number_id: id },
});

/** Escapes as Meta does, so that a receiver that signs its own JSON instead of the bytes that came is found out. */
function toAscii(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
