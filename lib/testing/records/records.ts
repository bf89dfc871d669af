import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../server/param.js';
/**
 * How much is kept: all requests, accepted messages only, or nothing but the counts of `sendsTo`.
 *
 * @publicApi
 */
export type RecordingLevel = 'everything' | 'messages' | 'counts';

/**
 * A request that arrived whole, whatever its answer was.
 *
 * @publicApi
 */
export interface RecordedRequest {
  /** HTTP method, in upper case. */
  readonly method: string;
  /** With the version, without the query: `/v25.0/1234/messages`. */
  readonly path: string;
  /** The parameters of the query. */
  readonly query: Readonly<Record<string, string>>;
  /** The headers, by names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or the fields of a form; of an uploaded file name, type, size and hash. */
  readonly body: unknown;
  /** When it arrived, by the server's clock. */
  readonly receivedAt: Date;
}

/**
 * A message that was accepted: the client may know it or not.
 *
 * @publicApi
 */
export interface RecordedMessage {
  /** The wamid. */
  readonly id: string;
  /** Id of the number that sent it. */
  readonly phoneNumberId: string;
  /** The recipient as it was sent: `to`, else `recipient`. */
  readonly to: string;
  /** The recipient as Meta knows it; for a business-scoped user id or a group the id itself. */
  readonly waId: string;
  /**
   * Which of Meta's products sent it: of `/marketing_messages` too it is the Cloud API where the account has not joined the
   * Marketing Messages API.
   */
  readonly product: 'cloud_api' | 'marketing_messages';
  /** The body of the send, as it came. */
  readonly body: JsonObject;
  /** When it arrived, by the server's clock. */
  readonly receivedAt: Date;
}

interface Waiter {
  readonly count: number;
  readonly resolve: () => void;
}

/** What arrived at the server. */
export class Records {
  readonly requests: RecordedRequest[] = [];
  readonly messages: RecordedMessage[] = [];
  #messageCount = 0;
  readonly #sends = new Map<string, number>();
  readonly #refusals = new Map<number, number>();
  readonly #waiters = new Set<Waiter>();

  constructor(private readonly level: RecordingLevel = 'everything') {}

  /** How many messages were accepted. */
  get messageCount(): number {
    return this.#messageCount;
  }

  /** How many messages were accepted for each recipient. */
  get sendCounts(): ReadonlyMap<string, number> {
    return this.#sends;
  }

  /** How many sends were refused with each code. */
  get refusals(): ReadonlyMap<number, number> {
    return this.#refusals;
  }

  get keepsRequests(): boolean {
    return this.level === 'everything';
  }

  addRequest(request: RecordedRequest): void {
    if (this.keepsRequests) this.requests.push(request);
  }

  addRefusal(code: number): void {
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
  }

  addMessage(message: RecordedMessage): void {
    if (this.level !== 'counts') this.messages.push(message);
    this.#messageCount += 1;
    const key = recipientKey(message.waId);
    this.#sends.set(key, (this.#sends.get(key) ?? 0) + 1);
    for (const waiter of this.#waiters) {
      if (this.#messageCount < waiter.count) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  sendsTo(recipient: string): number {
    return this.#sends.get(recipientKey(recipient)) ?? 0;
  }

  messagesTo(recipient: string): RecordedMessage[] {
    const key = recipientKey(recipient);
    return this.messages.filter((message) => recipientKey(message.waId) === key);
  }

  /** Resolves once `count` messages were accepted; rejects after `timeoutMs`. */
  async waitForMessages(count: number, timeoutMs: number): Promise<void> {
    if (this.#messageCount >= count) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`Waited ${timeoutMs} ms for ${count} messages, but ${this.#messageCount} were accepted.`));
      }, timeoutMs);
      const waiter: Waiter = {
        count,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiters.add(waiter);
    });
  }

  clear(): void {
    this.requests.length = 0;
    this.messages.length = 0;
    this.#messageCount = 0;
    this.#sends.clear();
    this.#refusals.clear();
  }
}

/** One spelling for each recipient: a phone number's digits, or a business-scoped user id or group id as it is. */
export function recipientKey(recipient: string): string {
  return /^[+\d\s().-]+$/.test(recipient) ? recipient.replaceAll(/\D/g, '') : recipient;
}
