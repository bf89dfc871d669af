import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import { GraphApiServer, type PhoneNumber } from 'nestjs-whatsapp/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeWithRedis } from '../support/redis.js';

const EXAMPLES = resolve('sample-app/examples');
const CUSTOMER = '+5491112345678';

let folder: string;
let meta: GraphApiServer;
const running: INestApplicationContext[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'whatsapp-examples-'));
  meta = await GraphApiServer.start({ sample: true });
  // Nest's own log of the examples, which start as a user starts them.
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  meta.webhooks = undefined;
  for (const app of running.splice(0).toReversed()) await app.close();
  vi.unstubAllEnvs();
  meta.clear();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await meta.close();
  rmSync(folder, { recursive: true });
});

/** Starts one as `node main.js` does, with the account of the stand-in in its environment. */
async function start<App extends INestApplicationContext = INestApplication>(
  name: string,
  { file = 'main', ...environment }: Record<string, string> = {},
): Promise<App> {
  const all = {
    PORT: '0',
    DATABASE_URL: 'sqlite::memory:',
    WHATSAPP_GRAPH_URL: meta.url,
    WHATSAPP_BUSINESS_ACCOUNT_ID: meta.account.id,
    WHATSAPP_PHONE_NUMBER_ID: meta.phoneNumber.id,
    WHATSAPP_ACCESS_TOKEN: meta.accessToken,
    WHATSAPP_APP_SECRET: meta.appSecret,
    ...environment,
  };
  for (const [variable, value] of Object.entries(all)) vi.stubEnv(variable, value);
  const { started }: { started: Promise<App> } = await import(join(EXAMPLES, name, `${file}.ts`));
  const app = await started;
  running.push(app);
  return app;
}

async function post(url: string, body: object = {}, token?: string): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json() };
}

const template = ({ id }: PhoneNumber = meta.phoneNumber) => ({
  phone_number_id: id,
  template_name: 'hello_world',
  language: 'en_US',
  recipient_phone: CUSTOMER,
});

describe('The example', () => {
  it('minimal welcomes a customer, once', async () => {
    const app = await start('minimal');
    const url = `${await app.getUrl()}/welcome/${CUSTOMER}`;
    expect(await post(url)).toMatchObject({ status: 201, body: { status: 'sent' } });
    await post(url);
    expect(meta.sendsTo(CUSTOMER)).toBe(1);
  });

  it('webhook-bot answers what customers write, and taps on its buttons', async () => {
    const app = await start('webhook-bot');
    meta.webhooks = { url: `${await app.getUrl()}/whatsapp/webhook` };
    meta.phoneNumber.receive({ type: 'text', from: CUSTOMER, text: { body: 'Hello' } });
    await meta.waitForMessages(1);
    expect(meta.messages[0]?.body).toMatchObject({ interactive: { type: 'button' } });
    const tap = { type: 'button_reply', button_reply: { id: 'hours', title: 'hours' } } as const;
    meta.phoneNumber.receive({ type: 'interactive', from: CUSTOMER, interactive: tap });
    await meta.waitForMessages(2);
    expect(meta.messages[1]?.body).toMatchObject({ text: { body: 'We are open from 9 to 18, Monday to Friday.' } });
  });

  it('multi-tenant sends for each tenant from its own number, with its own key', async () => {
    const app = await start('multi-tenant');
    const url = await app.getUrl();
    for (const name of ['acme', 'globex']) {
      const account = meta.addSample();
      const tenant = { name, businessAccountId: account.id, accessToken: account.accessToken };
      const { body } = await post(`${url}/tenants`, tenant);
      const { key } = Object(body);
      const send = (number?: PhoneNumber) => post(`${url}/api/v1/meta-templates/send/`, template(number), key);
      expect(await send(account.phoneNumbers[0])).toMatchObject({ status: 200 });
      // That of the environment belongs to no tenant.
      expect(await send(meta.phoneNumber)).toMatchObject({ status: 404 });
    }
    expect(meta.sendsTo(CUSTOMER)).toBe(2);
  });

  it('fastify sends by the HTTP API with the key of its environment', async () => {
    const app = await start('fastify', { WHATSAPP_API_KEY: 'a-key-of-the-environment' });
    const url = `${(await app.getUrl()).replace('[::1]', 'localhost')}/api/v1/meta-templates/send/`;
    expect(await post(url, template(), 'a-key-of-the-environment')).toMatchObject({ status: 200 });
    expect(meta.sendsTo(CUSTOMER)).toBe(1);
  });

  it('existing-app-with-guards keeps its guard, and takes webhooks without it', async () => {
    const app = await start('existing-app-with-guards', { USER_TOKEN: 'user' });
    const url = `${await app.getUrl()}/api`;
    const order = `${url}/v1/orders/42/shipped`;
    expect(await post(order, { phone: CUSTOMER })).toMatchObject({ status: 401 });
    expect(await post(order, { phone: CUSTOMER }, 'user')).toMatchObject({ body: { message: 'sent' } });
    const send = `${url}/api/v1/meta-templates/send/`;
    expect(await post(send, template())).toMatchObject({ status: 401 });
    expect(await post(send, template(), 'user')).toMatchObject({ status: 200 });
    meta.webhooks = { url: `${url}/whatsapp/webhook` };
    meta.phoneNumber.receive({ type: 'text', from: CUSTOMER });
    await vi.waitFor(() => expect(meta.webhookCounts).toMatchObject({ delivered: 1, dropped: 0 }), { timeout: 10_000 });
  });

  it.each(readdirSync(EXAMPLES, { withFileTypes: true }).filter((entry) => entry.isDirectory()))(
    '$name has a README of at most 30 lines that says how to start it',
    ({ name }) => {
      const text = readFileSync(join(EXAMPLES, name, 'README.md'), 'utf8');
      expect(text.split('\n').length).toBeLessThanOrEqual(31);
      expect(text).toContain(`npm run example -- ${name}\n`);
    },
  );
});

describeWithRedis('The example campaign-workers', (redis) => {
  it('accepts a campaign in one process, and sends it in another', async () => {
    const fresh = await redis.create();
    const environment = {
      DATABASE_URL: `sqlite:${join(folder, 'campaign.sqlite')}`,
      REDIS_URL: fresh.url,
      REDIS_PREFIX: fresh.prefix,
    };
    const web = await start('campaign-workers', environment);
    expect(await post(`${await web.getUrl()}/campaigns/november`)).toMatchObject({ status: 201 });
    expect(meta.messageCount).toBe(0);
    await start<INestApplicationContext>('campaign-workers', { ...environment, file: 'worker' });
    await meta.waitForMessages(20, 60_000);
    for (const app of running.splice(0).toReversed()) await app.close();
    await fresh.drop();
  });
});
