import { GraphApiServer, type Invoice } from 'nestjs-whatsapp/testing';
import { serve } from '../processes/serve.js';
import type { MetaAccess } from '../stand-in/stand-in.process.js';
import { lifeOf, personAt, rates, templates } from './mix.js';

/** Long enough for an app that is busy: what is dropped would be missing. */
const RETRIES = Array.from({ length: 60 }, () => 1_000);

/** A stand-in that charges: two numbers that nothing limits, and webhooks in any order, a third of them twice. */
async function pricedStandIn() {
  const number = { messagingLimit: 'TIER_UNLIMITED', throughput: Infinity };
  const server = await GraphApiServer.start({
    record: 'messages',
    limits: false,
    accounts: [{ templates, phoneNumbers: [number, number], timeZone: 'UTC', rateCard: { rates } }],
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
    /** Posts webhooks from now on, first of all of so many people who came by an ad. */
    report(url: string, visitors: number): void {
      server.webhooks = {
        url,
        statuses: (message) => lifeOf(message).statuses,
        pricedStatuses: (message) => lifeOf(message).priced,
        doubled: 0.33,
        shuffled: true,
        delayMs: () => Math.random() * 200,
        retryAfterMs: RETRIES,
      };
      for (let index = 0; index < visitors; index += 1) {
        const referral = { source_type: 'ad', source_id: '1' };
        server.phoneNumber.receive({ type: 'text', from: personAt(index), referral });
      }
    },
    accepted: (): number => server.messageCount,
    webhooks: () => server.webhookCounts,
    /** Messages with a status that carries a price. */
    priced: (): number => server.messages.filter((message) => lifeOf(message).priced.length > 0).length,
    invoice: (month: string): Invoice => account.invoice({ month }),
    close: () => server.close(),
  };
}

export type PricedStandIn = Awaited<ReturnType<typeof pricedStandIn>>;

serve(pricedStandIn);
