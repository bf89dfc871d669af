import 'reflect-metadata';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { TerminusModule } from '@nestjs/terminus';
import {
  AccountsService,
  ApiKeysService,
  BulkService,
  setupWhatsApp,
  WhatsAppModule,
  type WhatsAppModuleOptions,
} from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { database, Host } from '../module/host.js';
import { GENERATED, markedBlock, readCurl, readForm, writeSources } from './pages.js';

writeSources();
const generated = (name: string) => import(join(GENERATED, name));

const PDF = '%PDF-1.7\nan invoice';

const invoiceReady = {
  ...sampleTemplates.named,
  name: 'invoice_ready',
  parameter_format: 'POSITIONAL' as const,
  components: [
    { type: 'HEADER' as const, format: 'DOCUMENT' as const, example: { header_handle: ['4::aW'] } },
    { type: 'BODY' as const, text: 'Hola {{1}}, tu factura está lista.', example: { body_text: [['Ana']] } },
  ],
};

describe('What the pages show of more than sending', () => {
  let meta: GraphApiServer;

  beforeAll(async () => {
    meta = await GraphApiServer.start({
      accounts: [{ phoneNumbers: [{ id: '813400000000001' }], templates: [invoiceReady] }],
    });
  });

  afterAll(() => meta.close());

  const options = (): WhatsAppModuleOptions => ({
    accounts: [{ businessAccountId: meta.account.id, accessToken: meta.accessToken, appSecret: meta.appSecret }],
    graph: { baseUrl: meta.url },
    logger: false,
  });

  it('sends a template with an uploaded file', async () => {
    await using host = await Host.start({
      imports: [database(), WhatsAppModule.forRoot({ ...options(), surfaces: { workspace: true } })],
    });
    const { path } = readCurl(markedBlock('workspace-call'));
    const body = readForm(markedBlock('workspace-call'), new Blob([PDF]));
    const answer = await fetch(host.url + path, { method: 'POST', headers: await host.newKey(), body });
    expect(await answer.json()).toMatchObject({ status: 'success', data: { template_name: 'invoice_ready' } });
    const [message] = meta.messagesTo('+5491112345678');
    expect(message?.body).toMatchObject({
      template: { components: [{ type: 'header', parameters: [{ document: { filename: 'invoice.pdf' } }] }, {}] },
    });
  });

  it('answers a customer with an invoice', async () => {
    const { InvoicesService } = await generated('invoices.service.ts');
    await using host = await Host.start({
      imports: [
        database(),
        WhatsAppModule.forRoot({
          ...options(),
          surfaces: { webhook: true },
          webhook: { verifyToken: 'made up' },
        }),
      ],
      providers: [InvoicesService],
    });
    const from = '+5491100000021';
    meta.webhooks = { url: `${host.url}/whatsapp/webhook` };
    const id = meta.phoneNumber.receive({ from, type: 'text', text: { body: 'My invoice, please' } });
    const invoices = host.app.get(InvoicesService);
    await vi.waitFor(() => invoices.sendInvoice(from, id, Buffer.from(PDF)), { timeout: 10_000 });
    expect(meta.messagesTo(from).map(({ body }) => body['type'])).toEqual(['text', 'document']);
    meta.webhooks = undefined;
  });

  it('reports the end of a bulk send, and streams the statuses of its messages', async () => {
    const { CampaignReportsService } = await generated('campaign-reports.service.ts');
    const { followStatuses } = await generated('live-statuses.ts');
    await using host = await Host.start({
      imports: [database(), WhatsAppModule.forRoot(options())],
      providers: [CampaignReportsService],
    });
    const closing = new AbortController();
    const statuses = new Map<number, string>();
    const loadAll = vi.fn<() => Promise<void>>(() => Promise.resolve());
    const following = followStatuses(
      host.app,
      (id: number, status: string) => statuses.set(id, status),
      loadAll,
      closing.signal,
    );
    await vi.waitUntil(() => loadAll.mock.calls.length > 0, { timeout: 10_000 });
    const { name: template, language } = invoiceReady;
    const header_document = 'https://example.com/invoice.pdf';
    const recipients = [{ phone: '+5491100000031', variables: { 1: 'Ana', header_document } }];
    await host.app.get(BulkService).create({ name: 'Invoices', template, language, recipients });
    const reports = host.app.get(CampaignReportsService);
    await expect.poll(() => reports.lines, { timeout: 10_000 }).toEqual(['Invoices: 1 sent, 0 failed.']);
    await expect.poll(() => [...statuses.values()], { timeout: 10_000 }).toEqual(['sent']);
    closing.abort();
    await following;
  });

  it('tells a workspace what happens, signed', async () => {
    const { setCallback, isGenuine } = await generated('callbacks.script.ts');
    const reported: { readonly body: Buffer; readonly signature: string }[] = [];
    const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const body = Buffer.concat(await request.toArray());
      reported.push({ body, signature: String(request.headers['x-webhook-signature']) });
      response.end();
    };
    const server = createServer((request, response) => void take(request, response));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await using host = await Host.start({
      imports: [
        database(),
        WhatsAppModule.forRoot({
          ...options(),
          surfaces: { webhook: true },
          webhook: { verifyToken: 'made up' },
          encryptionKeys: [Buffer.alloc(32, 7).toString('base64')],
          callbackUrls: 'any',
        }),
      ],
    });
    const secret: string = await setCallback(host.app, `http://127.0.0.1:${port}/whatsapp`);
    meta.webhooks = { url: `${host.url}/whatsapp/webhook` };
    meta.phoneNumber.receive({ from: '+5491100000022', type: 'text', text: { body: 'Hi' } });
    const { body, signature } = await vi.waitFor(() => reported[0] ?? Promise.reject(new Error('not reported yet')), {
      timeout: 10_000,
    });
    expect(JSON.parse(String(body))).toMatchObject({ event: 'message.inbound', timestamp: expect.any(String) });
    expect(isGenuine(body, signature, secret)).toBe(true);
    expect(isGenuine(Buffer.concat([body, Buffer.from(' ')]), signature, secret)).toBe(false);
    meta.webhooks = undefined;
    server.close();
  });

  it('onboards a tenant, who may leave again', async () => {
    const { OnboardingService } = await generated('onboarding.service.ts');
    const encryptionKeys = [Buffer.alloc(32, 7).toString('base64')];
    await using host = await Host.start({
      imports: [database(), WhatsAppModule.forRoot({ graph: { baseUrl: meta.url }, logger: false, encryptionKeys })],
      providers: [OnboardingService],
    });
    const [onboarding, accounts] = [host.app.get(OnboardingService), host.app.get(AccountsService)];
    const { key } = await onboarding.onboard('acme', meta.account.id, meta.accessToken, meta.appSecret);
    expect(await host.app.get(ApiKeysService).verify(key)).toMatchObject({ workspace: 'acme' });
    expect(await accounts.list({ workspace: 'acme' })).toMatchObject([{ businessAccountId: meta.account.id }]);
    await onboarding.leave('acme', meta.account.id);
    expect(await accounts.list({ workspace: 'acme' })).toEqual([]);
  });

  it('serves API documents and reports its health', async () => {
    const { serveDocs } = await generated('docs.ts');
    const { HealthController } = await generated('health.controller.ts');
    await using host = await Host.start({
      imports: [
        database(),
        TerminusModule,
        WhatsAppModule.forRoot({ ...options(), surfaces: { metaTemplates: true }, isGlobal: true }),
      ],
      controllers: [HealthController],
      main: (app) => {
        setupWhatsApp(app);
        serveDocs(app);
      },
    });
    const document = await host.call('GET', '/docs-json');
    expect(Object.keys(document.body.paths)).toContain('/api/v1/meta-templates/send');
    expect(await host.call('GET', '/health')).toMatchObject({
      status: 200,
      body: { status: 'ok', info: { whatsapp: { status: 'up' } } },
    });
  });
});
