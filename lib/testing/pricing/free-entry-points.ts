import { recipientKey } from '../records/records.js';

/** How long a user who came by an ad may be answered, so that the answer opens a window in which all is free. */
const ANSWER_WITHIN_MS = 24 * 3_600_000;

/** Meta's own pages say 72 hours, or up to 7 days. */
const LENGTH_MS = 72 * 3_600_000;

/** A conversation in which nothing is charged. */
export interface FreeEntryPoint {
  /** Meta's id of the conversation. */
  readonly id: string;
  /** When it ends, in epoch milliseconds. */
  readonly until: number;
}

interface Visitor {
  /** When the user came by an ad that was not answered yet. */
  referredAt?: number | undefined;
  entryPoint?: FreeEntryPoint;
}

/**
 * Which users of a phone number came by a click-to-WhatsApp ad, and until when all is free for them. Meta knows users of
 * the phone app from others, and counts only those; here all are.
 */
export class FreeEntryPoints {
  /** How long they last that open from now on, in milliseconds: the app has to read it from the webhook. */
  lengthMs = LENGTH_MS;
  readonly #visitors = new Map<string, Visitor>();
  #lastId = 0;

  constructor(private readonly phoneNumberId: string) {}

  /** A user, by any of the ids, came by an ad. */
  refer(users: readonly string[], at: number): void {
    const keys = users.map(recipientKey);
    const visitor = keys.map((key) => this.#visitors.get(key)).find((known) => known !== undefined) ?? {};
    visitor.referredAt = at;
    for (const key of keys) this.#visitors.set(key, visitor);
  }

  /** The conversation that a message to the user belongs to; one that the message would open counts. */
  at(user: string, at: number): FreeEntryPoint | undefined {
    const visitor = this.#visitors.get(recipientKey(user));
    if (visitor?.entryPoint && at < visitor.entryPoint.until) return visitor.entryPoint;
    if (visitor?.referredAt === undefined || at >= visitor.referredAt + ANSWER_WITHIN_MS) return undefined;
    return { id: `${this.phoneNumberId}${this.#lastId + 1}`, until: at + this.lengthMs };
  }

  /** A message to the user was sent in this conversation. */
  open(user: string, entryPoint: FreeEntryPoint): void {
    const visitor = this.#visitors.get(recipientKey(user));
    if (!visitor || visitor.entryPoint === entryPoint) return;
    visitor.entryPoint = entryPoint;
    visitor.referredAt = undefined;
    this.#lastId += 1;
  }
}
