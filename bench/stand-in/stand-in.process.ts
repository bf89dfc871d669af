import {
  GraphApiServer,
  type PhoneNumberFixture,
  type RecordingLevel,
  type WebhookOptions,
} from 'nestjs-whatsapp/testing';
import { serve } from '../processes/serve.js';
import { template } from '../recipients.js';
import { type Arrivals, arrivalsOf } from './arrivals.js';

export interface StandInOptions {
  readonly phoneNumbers: readonly PhoneNumberFixture[];
  /** What is kept of messages; by default all of them. */
  readonly record?: RecordingLevel;
}

/** What a sender must know to reach the stand-in. */
export interface MetaAccess {
  readonly url: string;
  readonly accessToken: string;
  readonly appSecret: string;
  readonly businessAccountId: string;
  readonly phoneNumberIds: readonly string[];
}

async function standIn({ phoneNumbers, record = 'messages' }: StandInOptions) {
  const server = await GraphApiServer.start({
    record,
    accounts: [
      {
        templates: [template],
        phoneNumbers: phoneNumbers.map((fixture) => ({ ...fixture, messagingLimit: 'TIER_UNLIMITED' })),
      },
    ],
  });
  const { account } = server;
  return {
    access: (): MetaAccess => ({
      url: server.url,
      accessToken: server.accessToken,
      appSecret: server.appSecret,
      businessAccountId: account.id,
      phoneNumberIds: account.phoneNumbers.map(({ id }) => id),
    }),
    /** Posts webhooks from now on: what one number's messages become to the URL at its place. */
    report(urls: readonly string[], options: Omit<WebhookOptions, 'url'>): void {
      for (const [index, phoneNumber] of account.phoneNumbers.entries()) phoneNumber.callbackOverride = urls[index];
      server.webhooks = { ...options, url: urls[0] ?? '' };
    },
    webhooks: () => server.webhookCounts,
    accepted: (): number => server.messageCount,
    recipients: (): number => server.sendCounts.size,
    arrivals: (phoneNumberId: string): Arrivals =>
      arrivalsOf(server.messages.filter((message) => message.phoneNumberId === phoneNumberId)),
    busiestSecond: (phoneNumberId: string): number => server.busiestSecond(phoneNumberId),
    /** Accepts the next messages at once and answers late. */
    answerLate(ms: number, times: number): void {
      server.faults.nextSend({ kind: 'delay', ms, when: 'after-accepting' }, { times });
    },
    answerInTime: (): void => server.faults.clear(),
    refused: (): number => [...server.refusals.values()].reduce((sum, times) => sum + times, 0),
    close: () => server.close(),
  };
}

export type StandIn = Awaited<ReturnType<typeof standIn>>;

serve(standIn);
