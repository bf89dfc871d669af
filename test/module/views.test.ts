import { randomBytes } from 'node:crypto';
import {
  AccountsService,
  ApiKeysService,
  BulkService,
  CallbacksService,
  ContactGroupsService,
  ContactsService,
  ConversationsService,
  MessagesService,
  TemplatesService,
  WebhooksService,
  WorkspacesService,
} from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';

const TO = '+5491112345678';

const { name, language } = sampleTemplates.named;
const TEMPLATE = { template: name, language, variables: { name: 'Ana', company: 'Acme' } };

/** What is of no use outside, or must not be known there. */
const INTERNAL =
  /^(idempotency\w+|lapsesAt|learnedAt|lastMessageLearnedAt|credentialEncrypted|keyHash|emailKey|erasedAt)$/;

/** The paths of whatever in an answer is a row of the database, or is of no use outside. */
function internalsOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Date) return [];
  if (Array.isArray(value)) return value.flatMap((item, index) => internalsOf(item, `${path}[${index}]`));
  const isRow = Object.getPrototypeOf(value) !== Object.prototype;
  const inside = Object.entries(value).flatMap(([key, inner]) => [
    ...(INTERNAL.test(key) ? [`${path}.${key}`] : []),
    ...internalsOf(inner, `${path}.${key}`),
  ]);
  return isRow ? [`${path} is a ${value.constructor.name}`, ...inside] : inside;
}

describeOn('sqlite', 'What services return', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
    const options = {
      ...optionsFor(meta),
      encryptionKeys: [randomBytes(32).toString('base64')],
      callbackUrls: 'any' as const,
    };
    app = await TestApp.start({ meta, database: fresh.options, options });
    await app.get(AccountsService).sync();
    await app.get(TemplatesService).sync();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });

  async function* answers(): AsyncGenerator<readonly [of: string, answer: unknown]> {
    const messages = app.get(MessagesService);
    const sent = await messages.sendTemplate({ to: TO, ...TEMPLATE, idempotency: 'once' });
    yield ['MessagesService.sendTemplate', sent];
    yield [
      'MessagesService.sendTemplate, repeated',
      await messages.sendTemplate({ to: TO, ...TEMPLATE, idempotency: 'once' }),
    ];
    yield ['MessagesService.get', await messages.get(sent.id)];
    const conversations = app.get(ConversationsService);
    const said = await conversations.sendTemplateTo({ to: TO, ...TEMPLATE, contact: { firstName: 'Ana' } });
    yield ['ConversationsService.sendTemplateTo', said];
    const { id } = said.conversation;
    yield ['ConversationsService.findOrOpen', await conversations.findOrOpen({ to: TO })];
    yield ['ConversationsService.list', await conversations.list()];
    yield ['ConversationsService.history', await conversations.history(id)];
    yield ['ConversationsService.update', await conversations.update(id, { label: 'vip' })];
    yield ['ConversationsService.markRead', await conversations.markRead(id)];
    const bulk = app.get(BulkService);
    const bulkSend = await bulk.create({
      ...TEMPLATE,
      recipients: [{ phone: TO, variables: { name: 'Eva', company: 'Acme' } }],
    });
    yield ['BulkService.create', bulkSend];
    await vi.waitFor(async () => expect((await bulk.get(bulkSend.id)).completedAt).not.toBeNull(), { timeout: 10_000 });
    yield ['BulkService.list', await bulk.list()];
    yield ['BulkService.messages', await bulk.messages(bulkSend.id)];
    for await (const message of bulk.results(bulkSend.id)) yield ['BulkService.results', message];
    for await (const change of bulk.watch(bulkSend.id)) yield ['BulkService.watch', change];
    const contacts = app.get(ContactsService);
    yield ['ContactsService.create', await contacts.create({ phone: '+5491112345679', email: 'Eva@example.com' })];
    yield ['ContactsService.save', await contacts.save({ phone: '+5491112345679', groups: 'vip' })];
    yield ['ContactsService.lookup', await contacts.lookup('+5491112345679')];
    yield ['ContactsService.list', await contacts.list()];
    yield ['ContactsService.optOut', await contacts.optOut('+5491112345679')];
    const groups = app.get(ContactGroupsService);
    yield ['ContactGroupsService.create', await groups.create({ name: 'partners' })];
    yield ['ContactGroupsService.list', await groups.list()];
    const templates = app.get(TemplatesService);
    yield ['TemplatesService.list', await templates.list()];
    yield ['TemplatesService.listPage', await templates.listPage({ page: 1, pageSize: 2 })];
    yield ['TemplatesService.get', await templates.get({ name, language })];
    const accounts = app.get(AccountsService);
    yield ['AccountsService.list', await accounts.list()];
    yield ['AccountsService.phoneNumbers', await accounts.phoneNumbers()];
    yield ['AccountsService.phoneNumber', await accounts.phoneNumber(undefined)];
    yield ['AccountsService.sendingPauses', await accounts.sendingPauses()];
    yield ['WorkspacesService.list', await app.get(WorkspacesService).list()];
    const keys = app.get(ApiKeysService);
    yield ['ApiKeysService.create', await keys.create({ name: 'CI' })];
    yield ['ApiKeysService.list', await keys.list()];
    const callbacks = app.get(CallbacksService);
    yield ['CallbacksService.set', await callbacks.set({ url: 'http://127.0.0.1:9/hook' })];
    yield ['CallbacksService.deliveries', await callbacks.deliveries()];
    yield ['WebhooksService.failedItems', await app.get(WebhooksService).failedItems()];
  }

  it('is a view: no row of the database, and nothing internal', async () => {
    for await (const [of, answer] of answers()) expect([of, internalsOf(answer)]).toEqual([of, []]);
  });
});
