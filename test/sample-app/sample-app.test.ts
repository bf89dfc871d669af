import type { INestApplication } from '@nestjs/common';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { bootstrap } from '../../sample-app/bootstrap.js';
import { buildConsole } from '../support/built-console.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { disconnect } from '../support/disconnect.js';

const API_KEY = 'a-key-from-the-environment';

describeEachDatabase('The sample app', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: INestApplication | undefined;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    vi.unstubAllEnvs();
  });
  afterAll(async () => {
    await meta.close();
    await fresh.drop();
  });

  async function start(environment: Record<string, string>): Promise<string> {
    vi.stubEnv('PORT', '0');
    vi.stubEnv('DATABASE_URL', fresh.url);
    vi.stubEnv('WHATSAPP_GRAPH_URL', meta.url);
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    app = await bootstrap(['error', 'fatal']);
    return app.getUrl();
  }

  const account = () => ({
    WHATSAPP_BUSINESS_ACCOUNT_ID: meta.account.id,
    WHATSAPP_PHONE_NUMBER_ID: meta.phoneNumber.id,
    WHATSAPP_ACCESS_TOKEN: meta.accessToken,
    WHATSAPP_API_KEY: API_KEY,
  });

  it('is healthy without any account', async () => {
    const response = await fetch(`${await start({})}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok', checks: { database: { status: 'up' } } });
  });

  it('shows whoever opens its address where to go', async () => {
    await buildConsole();
    const url = await start({});
    const page = await (await fetch(url)).text();
    const places = [...page.matchAll(/href="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(places).toContain('/whatsapp/console');
    const answers = await Promise.all(places.map((path) => fetch(url + path)));
    expect(answers.map(({ status }) => status)).toEqual(places.map(() => 200));
  });

  it('is healthy without Meta, and not without its database', async () => {
    const url = await start({ ...account(), WHATSAPP_WORKSPACE: 'acme', WHATSAPP_GRAPH_URL: 'http://127.0.0.1:1' });
    const withoutMeta = await fetch(`${url}/health`);
    expect(withoutMeta.status).toBe(200);
    expect(await withoutMeta.json()).toMatchObject({ status: 'ok', checks: { meta: { status: 'down' } } });
    if (app) await disconnect(app);
    const response = await vi.waitFor(async () => {
      const candidate = await fetch(`${url}/health`);
      expect(candidate.status).toBe(503);
      return candidate;
    }, 10_000);
    expect(await response.json()).toMatchObject({ status: 'error', checks: { database: { status: 'down' } } });
  });

  it('shows Prometheus what it does', async () => {
    const response = await fetch(`${await start({ ...account(), WHATSAPP_WORKSPACE: 'acme' })}/metrics`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(await response.text()).toContain('whatsapp_bulk_pending_messages{status="queued"} 0');
  });

  it('serves API documents of all surfaces', async () => {
    const url = await start({});
    const page = await fetch(`${url}/docs`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    const document: unknown = await (await fetch(`${url}/openapi.json`)).json();
    expect(document).toMatchObject({
      components: { securitySchemes: { whatsappApiKey: { type: 'apiKey' }, whatsappBearer: { type: 'http' } } },
      paths: {
        '/api/v1/meta-templates/send': { post: { tags: ['Meta templates'] } },
        '/api/whatsapp/conversations': { get: { tags: ['Conversations'] } },
        '/whatsapp/api/send-message': { post: { tags: ['Messaging'] } },
        '/api/v1/{subdomain}/messages/template': { post: { tags: ['Workspace'] } },
        '/whatsapp/webhook': { post: { tags: ['Webhook'] } },
      },
    });
  });

  it('sends with the account and the key of its environment, also when started again', async () => {
    for (const recipient of ['+5491100000001', '+5491100000002']) {
      const url = await start({ ...account(), WHATSAPP_WORKSPACE: 'acme' });
      const response = await fetch(`${url}/api/v1/meta-templates/send/`, {
        method: 'POST',
        headers: { 'X-API-Key': API_KEY, 'Content-Type': 'application/json' },
        body: JSON.stringify({
          phone_number_id: meta.phoneNumber.id,
          template_name: sampleTemplates.plain.name,
          language: sampleTemplates.plain.language,
          recipient_phone: recipient,
        }),
      });
      expect(await response.json()).toMatchObject({ success: true });
      expect(meta.sendsTo(recipient)).toBe(1);
      await app?.close();
    }
  });

  it('takes webhooks that the app secret of its environment signed', async () => {
    const secrets = { WHATSAPP_APP_SECRET: meta.appSecret, WHATSAPP_VERIFY_TOKEN: 'made up' };
    const url = `${await start({ ...account(), WHATSAPP_WORKSPACE: 'acme', ...secrets })}/whatsapp/webhook`;
    const handshake = await fetch(`${url}?hub.mode=subscribe&hub.verify_token=made+up&hub.challenge=1158`);
    expect([handshake.status, await handshake.text()]).toEqual([200, '1158']);
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401);

    meta.webhooks = { url };
    meta.phoneNumber.sendWebhook('security', { event: 'PIN_CHANGED' });
    await vi.waitFor(() => expect(meta.webhookCounts).toMatchObject({ pending: 0, delivered: 1 }));
    meta.webhooks = undefined;
  });

  it('says everything that is wrong with its environment', async () => {
    const wrong = { PORT: 'http', WHATSAPP_ACCESS_TOKEN: 'EAA', WHATSAPP_UNCONFIRMED_AFTER_SECONDS: '-1' };
    await expect(start(wrong)).rejects.toThrow(
      /PORT must be[\s\S]*WHATSAPP_BUSINESS_ACCOUNT_ID is missing[\s\S]*UNCONFIRMED_AFTER_SECONDS must be/,
    );
  });
});
