import 'reflect-metadata';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  type BulkSend,
  BulkService,
  ContactsService,
  MessagesService,
  WhatsAppModule,
  whatsappMigrations,
} from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { database, Host } from '../module/host.js';
import { freePort } from '../support/services/free-port.js';
import { GENERATED, markedBlock, readCurl, writeSources } from './pages.js';

const files = writeSources();
/** What the test that a page shows has without importing it, under Jest and under Vitest as Nest's CLI sets it up. */
const testGlobals = join(GENERATED, 'test-globals.d.ts');
writeFileSync(
  testGlobals,
  ['it', 'expect', 'describe', 'beforeAll', 'afterAll']
    .map((name) => `declare const ${name}: typeof import('vitest').${name};`)
    .join('\n'),
);
const generated = (name: string) => import(join(GENERATED, name));

async function* customers() {
  for (const digit of [1, 2, 3]) yield { phone: `+549111234570${digit}`, name: `Customer ${digit}` };
}

describe('What the pages show', () => {
  let meta: GraphApiServer;
  let folder: string;
  let app: INestApplicationContext;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'whatsapp-readme-'));
    const [, phoneNumberId = ''] = /"phone_number_id": "(\d+)"/.exec(markedBlock('call')) ?? [];
    meta = await GraphApiServer.start({
      accounts: [{ phoneNumbers: [{ id: phoneNumberId }], templates: [sampleTemplates.plain, sampleTemplates.named] }],
    });
    Object.assign(process.env, {
      DATABASE_FILE: join(folder, 'app.sqlite'),
      WHATSAPP_GRAPH_URL: meta.url,
      WHATSAPP_BUSINESS_ACCOUNT_ID: meta.account.id,
      WHATSAPP_PHONE_NUMBER_ID: phoneNumberId,
      WHATSAPP_ACCESS_TOKEN: meta.accessToken,
    });
    const { AppModule } = await generated('app.module.ts');
    app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  });

  const startWithWebhooks = (providers: readonly Type[]) =>
    Host.start({
      imports: [
        database(),
        WhatsAppModule.forRoot({
          surfaces: { webhook: true },
          webhook: { verifyToken: 'made up' },
          accounts: [{ businessAccountId: meta.account.id, accessToken: meta.accessToken, appSecret: meta.appSecret }],
          graph: { baseUrl: meta.url },
        }),
      ],
      providers: [...providers],
    });

  afterAll(async () => {
    await app.close();
    await meta.close();
    rmSync(folder, { recursive: true });
  });

  it('has code that compiles', () => {
    const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, process.cwd());
    const program = ts.createProgram([...files, testGlobals], { ...options, noUnusedLocals: false });
    // Only these: the library's own files have a check of their own.
    const shown = program.getSourceFiles().filter(({ fileName }) => files.includes(fileName));
    expect(shown).toHaveLength(files.length);
    const problems = shown.flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]);
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });

  it('sends a template from a service', async () => {
    const { WelcomeService } = await generated('welcome.service.ts');
    const wamid = await app.get(WelcomeService).welcome('+5491100000001');
    expect(meta.messagesTo('+5491100000001').map(({ id }) => id)).toEqual([wamid]);
  });

  it('sends a template with variables, once', async () => {
    const { OrderService } = await generated('order.service.ts');
    const orders = new OrderService(app.get(MessagesService));
    const [first, again] = [
      await orders.confirm('+5491100000003', 'Juan', '17'),
      await orders.confirm('+5491100000003', 'Juan', '17'),
    ];
    expect(again.wamid).toBe(first.wamid);
    expect(meta.sendsTo('+5491100000003')).toBe(1);
  });

  it('writes down what messages cost', async () => {
    const { reportCosts } = await generated('costs.script.ts');
    const file = join(folder, 'costs.csv');
    const { totals, free } = await reportCosts(app, file);
    expect(totals).toEqual([]);
    expect(free).toMatchObject([{ used: 0, left: 1_000 }]);
    expect(readFileSync(file, 'utf8')).toMatch(/^day,month,/);
  });

  it('tells what a template asks for', async () => {
    const { describeTemplate } = await generated('templates.script.ts');
    expect(await describeTemplate(app)).toEqual({
      numbers: [meta.phoneNumber.id],
      variables: ['HEADER name', 'BODY name', 'BODY company'],
      problems: [{ path: 'variables.company', message: expect.stringContaining('is missing') }],
      preview: expect.stringContaining('Gracias Juan por unirte a Acme.'),
    });
  });

  it('starts an app that answers its curl call as shown, with a key made as shown', async () => {
    const port = String(await freePort());
    vi.stubEnv('PORT', port);
    await generated('main.ts');
    const { createKey } = await generated('api-key.script.ts');
    const key = await createKey(app);
    const { method, path, headers, body } = readCurl(markedBlock('call'));
    expect(key.slice(0, 9)).toBe(headers['X-API-Key']?.slice(0, 9));

    const call = () =>
      fetch(`http://localhost:${port}${path}`, { method, headers: { ...headers, 'X-API-Key': key }, body });
    const response = await vi.waitFor(call, { timeout: 10_000 });
    const answer = JSON.parse(await response.text());

    expect(response.status).toBe(200);
    const shown = JSON.parse(markedBlock('answer'));
    expect(answer).toEqual({ ...shown, message_id: answer.message_id, sent_at: answer.sent_at });
    expect(await (await call()).json()).toEqual(answer);
    expect(meta.sendsTo(shown.recipient_phone)).toBe(1);

    for (const mark of ['bulk-call', 'stream-call']) {
      const bulk = readCurl(markedBlock(mark));
      const url = `http://localhost:${port}${bulk.path}`;
      const sent = await fetch(url, { ...bulk, headers: { ...bulk.headers, 'X-API-Key': key } });
      expect(await sent.json()).toMatchObject({ status: 'queued', total_recipients: 2, unique_recipients: 2 });
    }
    for (const last of ['01', '02', '03', '04']) {
      await vi.waitFor(() => expect(meta.sendsTo(`+54911123456${last}`)).toBe(1), { timeout: 10_000 });
    }
  });

  it('sends to the rows of a cursor, once', async () => {
    const { CampaignService } = await generated('campaign.service.ts');
    const campaign = new CampaignService(app.get(BulkService));
    const bulkSend: BulkSend = await campaign.announce(customers());
    expect((await campaign.announce(customers())).id).toBe(bulkSend.id);
    for await (const { phone } of customers()) {
      await vi.waitFor(() => expect(meta.sendsTo(phone)).toBe(1), { timeout: 10_000 });
    }
  });

  it('shows the errors that a wrong call gets', async () => {
    const shown = JSON.parse(markedBlock('errors'));
    const problems = await app.get(MessagesService).checkTemplate({
      to: '12',
      template: sampleTemplates.named.name,
      language: sampleTemplates.named.language,
      variables: { name: 'Juan' },
    });
    const texts: string[] = Object.values<string[]>(shown.details).flat();
    expect(problems.map(({ message }) => message)).toEqual(texts);
  });

  it('configures the module from ConfigService', async () => {
    const { AsyncWhatsAppModule } = await generated('async.module.ts');

    @Module({
      imports: [
        TypeOrmModule.forRoot({
          type: 'better-sqlite3',
          database: ':memory:',
          autoLoadEntities: true,
          migrations: whatsappMigrations,
          migrationsRun: true,
        }),
        AsyncWhatsAppModule,
      ],
    })
    class HostModule {}

    const host = await NestFactory.createApplicationContext(HostModule, { logger: false });
    const sent = await host.get(MessagesService).sendTemplate({
      to: '011 1234-0002',
      template: sampleTemplates.named.name,
      language: sampleTemplates.named.language,
      variables: { name: 'Ana', company: 'Acme' },
    });
    expect(sent.recipientPhone).toBe('541112340002');
    await host.close();
  });

  it('answers a customer whose message comes by webhook', async () => {
    vi.stubEnv('WHATSAPP_VERIFY_TOKEN', 'made up');
    vi.stubEnv('WHATSAPP_APP_SECRET', meta.appSecret);
    const { WebhooksModule } = await generated('webhooks.module.ts');
    await using host = await Host.start({ imports: [database(), WebhooksModule] });
    const path = '/whatsapp/webhook';
    const query = 'hub.mode=subscribe&hub.verify_token=made+up&hub.challenge=1158';
    expect((await host.call('GET', `${path}?${query}`)).body).toBe('1158');

    meta.webhooks = { url: host.url + path };
    meta.phoneNumber.receive({ from: '+5491100000009', type: 'text', text: { body: 'Hi' } });
    await vi.waitFor(() => expect(meta.sendsTo('+5491100000009')).toBe(1), { timeout: 10_000 });
    expect(meta.messagesTo('+5491100000009')[0]?.body).toMatchObject({
      text: { body: expect.stringMatching(/^Hello Sample Customer, thank you for “.+”\.$/) },
    });
    meta.webhooks = undefined;
  });

  it('notes a message that fails after Meta accepted it', async () => {
    const { FailedMessagesService } = await generated('failed-messages.service.ts');
    await using host = await startWithWebhooks([FailedMessagesService]);
    meta.webhooks = { url: `${host.url}/whatsapp/webhook`, statuses: ['sent', { status: 'failed', code: 131026 }] };
    const messages = host.app.get(MessagesService);
    await messages.sendTemplate({ to: '+5491100000011', template: 'hello_world', language: 'en_US' });
    const { lines } = host.app.get(FailedMessagesService);
    await vi.waitFor(() => expect(lines).toEqual(['5491100000011: 131026, Message undeliverable']), {
      timeout: 10_000,
    });
    meta.webhooks = undefined;
  });

  it('hands a conversation to an agent, and forgets a customer who asks for it', async () => {
    const { SupportService } = await generated('support.service.ts');
    const { PrivacyService } = await generated('privacy.service.ts');
    const { GreetingService } = await generated('greeting.service.ts');
    await using host = await startWithWebhooks([SupportService, PrivacyService, GreetingService]);
    const phone = '+5491100000010';
    const [support, privacy] = [host.app.get(SupportService), host.app.get(PrivacyService)];
    expect(await support.takeOver(phone, 'Eva')).toBe('Only a template can be sent.');
    meta.webhooks = { url: `${host.url}/whatsapp/webhook` };
    meta.phoneNumber.receive({ from: phone, type: 'text', text: { body: 'Hi' } });
    await vi.waitFor(async () => expect(await support.takeOver(phone, 'Eva')).toContain('Write freely until 20'), {
      timeout: 10_000,
    });
    await vi.waitFor(() => expect(meta.sendsTo(phone)).toBe(1), { timeout: 10_000 });
    meta.webhooks = undefined;

    await privacy.unsubscribe(phone);
    const contacts = host.app.get(ContactsService);
    expect((await contacts.lookup(phone))?.optedOutAt).toBeInstanceOf(Date);
    await privacy.forget(phone);
    expect(await contacts.lookup(phone)).toBeNull();
  });
});
