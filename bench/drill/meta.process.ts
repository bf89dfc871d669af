import { type Fault, GraphApiServer, type PendingFault } from 'nestjs-whatsapp/testing';
import { serve } from '../processes/serve.js';
import { recipient, template } from '../recipients.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';

const html = (status: number, body = '<html>Something went wrong</html>'): Fault => ({ kind: 'status', status, body });

/** What Meta's answers can be like. */
const ANSWERS: Readonly<Record<string, Fault>> = {
  'reset before the body is read': { kind: 'reset' },
  'reset after the message is accepted': { kind: 'reset', when: 'after-accepting' },
  'answer cut in the middle': { kind: 'cut', when: 'after-accepting' },
  '503 with HTML': html(503),
  '500 in JSON': { kind: 'error', code: 131000 },
  '502 with HTML, and accepted': { ...html(502), when: 'after-accepting' },
  '200 with HTML, and accepted': { ...html(200), when: 'after-accepting' },
  'a byte each 20 ms': { kind: 'drip', ms: 20, when: 'after-accepting' },
};

export const META_ANSWERS = Object.keys(ANSWERS);

/** How webhooks come. */
export type WebhookMood = 'in order' | 'twice' | 'late' | 'in any order' | 'in batches';

export interface MetaOptions {
  readonly phoneNumbers: number;
}

/** Longer than any drill: Meta goes on for days. */
const RETRIES = Array.from({ length: 3_600 }, () => 1_000);

const LATE_MS = 4_000;

/** A stand-in for Meta that can be asked to misbehave, and knows who got which message how often. */
async function meta({ phoneNumbers }: MetaOptions) {
  const number = { messagingLimit: 'TIER_UNLIMITED', throughput: Infinity };
  const server = await GraphApiServer.start({
    record: 'counts',
    accounts: [{ templates: [template], phoneNumbers: Array.from({ length: phoneNumbers }, () => number) }],
  });
  const { account } = server;
  const struck = new Map<string, Set<string>>();
  let mood: WebhookMood = 'in order';
  let storm: Pick<PendingFault, 'cancel'> | undefined;

  /** Notes down who is struck. */
  function strike(kind: string, fault: Fault, times: number): PendingFault {
    const people = struck.get(kind) ?? new Set<string>();
    struck.set(kind, people);
    return server.faults.nextSend(fault, {
      times,
      where: ({ body }) => {
        if (typeof body === 'object' && body !== null && 'to' in body) people.add(String(body.to).replace(/\D/g, ''));
        return true;
      },
    });
  }

  function delayOf(): number {
    if (mood === 'late') return LATE_MS;
    if (mood === 'in any order') return Math.random() * LATE_MS;
    if (mood === 'in batches') return LATE_MS - (Date.now() % LATE_MS);
    return 20;
  }

  return {
    access: (): MetaAccess => ({
      url: server.url,
      accessToken: server.accessToken,
      appSecret: server.appSecret,
      businessAccountId: account.id,
      phoneNumberIds: account.phoneNumbers.map(({ id }) => id),
    }),
    accepted: (): number => server.messageCount,
    /** How often each of these people got a message. */
    sends: (first: number, count: number): Uint8Array =>
      Uint8Array.from({ length: count }, (_, index) => server.sendsTo(recipient(first + index).phone)),
    /** By what each person's request was struck, if by anything. */
    struck: (): ReadonlyMap<string, ReadonlySet<string>> => struck,
    answer(kind: string, times: number): void {
      const fault = ANSWERS[kind];
      if (!fault) throw new Error(`Meta has no answer "${kind}".`);
      strike(kind, fault, times);
    },
    /** Refuses everything as too fast, until the storm is over. */
    storm(isOn: boolean): void {
      if (isOn) storm = strike('storm of 130429', { kind: 'error', code: 130429 }, Infinity);
      else storm?.cancel();
    },
    expireToken(isExpired: boolean): void {
      server.app.tokenExpiresAt = isExpired ? Date.now() - 1_000 : undefined;
    },
    report(url: string): void {
      server.webhooks = {
        url,
        statuses: ['sent', 'delivered', 'read'],
        batchSize: 1_000,
        delayMs: delayOf,
        // Asked for each status.
        get doubled() {
          return mood === 'twice' ? 1 : 0;
        },
        shuffled: true,
        random: () => (mood === 'in any order' ? Math.random() : 0),
        retryAfterMs: RETRIES,
      };
    },
    webhookMood(wanted: WebhookMood): void {
      mood = wanted;
    },
    webhooks: () => server.webhookCounts,
    close: () => server.close(),
  };
}

export type Meta = Awaited<ReturnType<typeof meta>>;

serve(meta);
