import { BulkService, ContactsService, MessagesService, type OutboundMessage } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { CallbackOutbox } from '../../lib/callbacks/callback-outbox.js';
import { ContactRows } from '../../lib/contacts/contact-rows.js';
import { ContactDirectory } from '../../lib/contacts/contact-directory.js';
import { runInTransaction } from '../../lib/store/run-in-transaction.js';
import { INSTALLATION_ID } from '../../lib/store/data-source.provider.js';
import { encodeCallbackData } from '../../lib/messages/message-call.js';
import { Retention } from '../../lib/process/retention.js';
import { InboundMessages } from '../../lib/webhooks/messages/inbound-messages.js';
import { StatusUpdates } from '../../lib/webhooks/statuses/status-updates.js';
import type { StatusItem } from '../../lib/webhooks/webhook-item.js';
import { WorkspacesService } from '../../lib/accounts/workspaces.service.js';
import { CUSTOMER, textItem } from '../conversations/inbound-items.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { CallbacksScene } from './callbacks-scene.js';

const DAY = 24 * 60 * 60_000;
/** No one listens there: what is reported stays to be looked at. */
const NOWHERE = 'http://127.0.0.1:9/';

/** The deliverer's own query, at any moment: the callbacks that may be called. */
const DELIVERERS = /^SELECT .*whatsapp_callbacks.* WHERE .*resting_until.? IS NULL/;

describeEachDatabase('what callbacks tell', (database) => {
  let fresh: FreshDatabase;
  let scene: CallbacksScene;
  let workspaceId: number;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await CallbacksScene.start(fresh.options, { callbackRetryDelays: [60_000], workers: false });
    workspaceId = await scene.app.get(WorkspacesService).idOf();
  });
  beforeEach(async () => {
    await scene.callbacks.set({ url: NOWHERE });
    await scene.deliveries.createQueryBuilder().delete().execute();
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const reported = async (event?: string) => {
    const rows = await scene.deliveries.find({ where: { workspaceId }, order: { createdAt: 'ASC' } });
    return rows
      .filter((row) => event === undefined || row.event === event)
      .map(({ payload }): { event: string; timestamp: string; data: Record<string, unknown> } => JSON.parse(payload));
  };

  const statusOf = (
    { id, recipientPhone, wamid }: OutboundMessage,
    status: string,
    code?: number,
    pricing?: object,
  ): StatusItem => ({
    kind: 'status',
    businessAccountId: scene.meta.account.id,
    field: 'messages',
    phoneNumberId: scene.meta.phoneNumber.id,
    status: {
      id: wamid,
      status,
      timestamp: '1790000000',
      recipient_id: recipientPhone,
      biz_opaque_callback_data: encodeCallbackData({
        installationId: scene.app.app.get<string>(INSTALLATION_ID, { strict: false }),
        messageId: id,
        attempt: 1,
      }),
      ...(pricing && { pricing }),
      ...(code !== undefined && { errors: [{ code, title: 'Undeliverable', message: 'Undeliverable' }] }),
    },
  });

  const sent = () =>
    scene.app.get(MessagesService).sendTemplate({
      to: `+${CUSTOMER}`,
      template: sampleTemplates.named.name,
      language: sampleTemplates.named.language,
      variables: { name: 'Ana', company: 'Mi Empresa' },
    });

  it('every step of a message, each once, however often Meta reports it', async () => {
    const message = await sent();
    const updates = scene.app.get(StatusUpdates);
    for (const status of ['sent', 'sent', 'delivered', 'read', 'delivered', 'sent']) {
      await updates.apply([statusOf(message, status)]);
    }
    const steps = await reported('message.status');
    expect(steps.map(({ data }) => String(data['status'])).toSorted()).toEqual(['delivered', 'read', 'sent']);
    expect(steps.find(({ data }) => data['status'] === 'read')).toEqual({
      event: 'message.status',
      timestamp: '2026-09-21T14:13:20.000Z',
      data: expect.objectContaining({
        id: message.id,
        message_id: message.wamid,
        phone: `+${CUSTOMER}`,
        template_name: sampleTemplates.named.name,
        read_at: '2026-09-21T14:13:20.000Z',
        error_code: null,
      }),
    });
  });

  it('the price of a message, whichever step brings it', async () => {
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' };
    const message = await sent();
    const updates = scene.app.get(StatusUpdates);
    await updates.apply([statusOf(message, 'read')]);
    for (let times = 0; times < 2; times += 1) await updates.apply([statusOf(message, 'sent', undefined, pricing)]);
    const steps = await reported('message.status');
    const prices = new Map(steps.map(({ data }) => [data['status'], data['pricing']]));
    expect(steps).toHaveLength(2);
    expect(Object.fromEntries(prices)).toEqual({ read: null, sent: pricing });
  });

  it('why a message failed, with what the row says', async () => {
    const message = await sent();
    await scene.app.get(StatusUpdates).apply([statusOf(message, 'failed', 131026)]);
    expect(await reported('message.status')).toMatchObject([
      {
        data: { status: 'failed', error_code: '131026', error_message: expect.any(String), message_id: message.wamid },
      },
    ]);
  });

  it('a failure of a bulk send that no webhook tells', async () => {
    const { name: template, language } = sampleTemplates.named;
    const recipients = ['+5491155551001', '+5491155551002'].map((phone) => ({
      phone,
      variables: { name: 'Ana', company: 'Mi Empresa' },
    }));
    const bulk = scene.app.get(BulkService);
    const { id } = await bulk.create({ template, language, recipients });
    await bulk.cancel(id);
    await vi.waitFor(async () => expect(await reported()).toHaveLength(2), { timeout: 30_000, interval: 20 });
    expect(await reported()).toMatchObject(
      [1, 2].map(() => ({
        event: 'message.status',
        data: { status: 'failed', error_code: 'CANCELLED', bulk_send_id: id, message_id: expect.any(String) },
      })),
    );
  });

  it('what a customer writes, once, and who they are', async () => {
    const inbound = scene.app.get(InboundMessages);
    const item = textItem(scene, 'Hola', 5, { from: '5491155550001', name: 'Ana' });
    await inbound.apply([item]);
    await inbound.apply([item]);
    expect(await reported('contact.created')).toMatchObject([
      { data: { phone: '+5491155550001', profile_name: 'Ana' } },
    ]);
    const [message, ...others] = await reported('message.inbound');
    expect(others).toEqual([]);
    expect(message).toEqual({
      event: 'message.inbound',
      timestamp: '2026-11-21T12:00:05.000Z',
      data: expect.objectContaining({
        message_id: item.message['id'],
        phone: '+5491155550001',
        name: 'Ana',
        type: 'text',
        text: 'Hola',
        content: { body: 'Hola' },
        contact_id: expect.any(Number),
        chat_id: expect.any(Number),
      }),
    });
  });

  it('that a contact was made, changed, merged and taken out', async () => {
    const contacts = scene.app.get(ContactsService);
    const { contact } = await contacts.save({ phone: '+5491155550002', firstName: 'Ana', groups: ['vip'] });
    await contacts.save({ phone: '+5491155550002', firstName: 'Ana', lastName: 'López' });
    await contacts.save({ phone: '+5491155550002', firstName: 'Ana' });
    await contacts.optOut('+5491155550002');
    const directory = scene.app.get(ContactDirectory);
    const [other] = await directory.ensure(workspaceId, [{ userId: 'AR.77' }]);
    await directory.ensure(workspaceId, [{ phone: '5491155550002', userId: 'AR.77' }]);
    const events = await reported();
    // Made, given a last name, opted out, and one with the other.
    const own = events.filter(({ event, data }) => data['id'] === contact.id && event !== 'contact.created');
    expect(own.map(({ data }) => [data['lastname'], data['opted_out_at'] !== null, data['user_id']])).toEqual(
      expect.arrayContaining([
        ['López', false, null],
        ['López', true, null],
        ['López', true, 'AR.77'],
      ]),
    );
    expect(events.find(({ event }) => event === 'contact.created')?.data).toMatchObject({
      id: contact.id,
      firstname: 'Ana',
      groups: ['vip'],
    });
    expect(events.filter(({ event }) => event === 'contact.deleted')).toMatchObject([
      { data: { id: other?.id, merged_into: contact.id } },
    ]);
    await contacts.delete(contact.id);
    expect((await reported('contact.deleted')).at(-1)?.data).toEqual({ id: contact.id, merged_into: null });
  });

  it('nothing when the fact itself is not stored', async () => {
    const outbox = scene.app.get(CallbackOutbox);
    const fact = { workspaceId, event: 'contact.deleted', contactId: null, at: new Date(), data: {} } as const;
    const broken = runInTransaction(scene.dataSource, function* () {
      yield* outbox.put([fact]);
      throw new Error('Something after it went wrong.');
    });
    await expect(broken).rejects.toThrow('Something after it');
    expect(await reported()).toEqual([]);
  });

  it('only what is wanted, and nothing where no workspace wants a callback', async () => {
    await scene.callbacks.set({ url: NOWHERE, events: ['message.inbound'] });
    const inbound = scene.app.get(InboundMessages);
    await inbound.apply([textItem(scene, 'Hola', 7, { from: '5491155550003' })]);
    expect((await reported()).map(({ event }) => event)).toEqual(['message.inbound']);
    await scene.callbacks.remove();
    await inbound.apply([textItem(scene, 'Hola', 8, { from: '5491155550004' })]);
    expect(await reported()).toHaveLength(1);
  });

  it('very long things shortened, never so that they keep a message from being stored', async () => {
    const content = { body: 'x'.repeat(62_000) };
    await scene.app.get(InboundMessages).apply([textItem(scene, '', 9, { from: '5491155550005', content })]);
    expect((await reported('message.inbound')).map(({ data }) => [data['content'], data['truncated']])).toEqual([
      [null, true],
    ]);
  });

  it('nothing more of people who were erased, but that they are gone', async () => {
    const before = await sent();
    await scene.app.get(StatusUpdates).apply([statusOf(before, 'delivered')]);
    await scene.app.get(InboundMessages).apply([textItem(scene, 'Soy Ana', 10, { name: 'Ana Única' })]);
    const message = await sent();
    await scene.app.get(StatusUpdates).apply([statusOf(message, 'delivered')]);
    const contacts = scene.app.get(ContactsService);
    const contact = await contacts.lookup(CUSTOMER);
    const id = contact?.id ?? 0;
    expect(JSON.stringify(await reported())).toContain(CUSTOMER);
    await contacts.erase(id);
    await scene.app.get(StatusUpdates).apply([statusOf(message, 'read')]);
    const left = await reported();
    expect(JSON.stringify(left)).not.toMatch(new RegExp(`${CUSTOMER}|Ana|${message.wamid}`));
    expect(left.filter(({ event }) => event === 'contact.deleted')).toMatchObject([{ data: { id } }]);
    expect(left.filter(({ event }) => event === 'message.status')).toMatchObject([
      { data: { id: message.id, message_id: String(message.id), status: 'read', phone: null, contact_id: null } },
    ]);
  });

  it('is deleted once it was kept long enough, and nothing that waits', async () => {
    const now = Date.now();
    const ages = [
      ['delivered', 8],
      ['delivered', 6],
      ['failed', 8],
      ['failed', 31],
      ['pending', 40],
    ] as const;
    const ids = ages.map((_, index) => `00000000-0000-4000-8000-00000000000${index}`);
    await scene.deliveries.insert(
      ages.map(([status, days], index) => ({
        id: ids[index] ?? '',
        workspaceId,
        event: 'contact.deleted' as const,
        contactId: null,
        payload: '{}',
        status,
        attempts: 1,
        nextAttemptAt: status === 'pending' ? new Date(now) : null,
        createdAt: new Date(now - days * DAY),
      })),
    );
    await scene.app.get(Retention).removeExpired(now);
    const left = await scene.deliveries.find({ select: { id: true } });
    expect(left.map(({ id }) => id).toSorted()).toEqual([ids[1], ids[2], ids[4]]);
  });

  it('comes to no more than one look at a primary key where no workspace wants a callback', async () => {
    await scene.callbacks.remove();
    const messages = await Promise.all(Array.from({ length: 5 }, sent));
    const logged = vi.spyOn(scene.dataSource.logger, 'logQuery').mockImplementation(() => undefined);
    await scene.app.get(StatusUpdates).apply(messages.map((message) => statusOf(message, 'delivered')));
    const queries = logged.mock.calls
      .map(([sql]) => sql)
      .filter((sql) => /callback/.test(sql) && !DELIVERERS.test(sql));
    logged.mockRestore();
    expect(queries).toEqual([expect.stringMatching(/^SELECT .*whatsapp_callbacks.* WHERE .*workspace_id/)]);
  });

  it('comes to one look for all contacts that are changed together where no workspace wants a callback', async () => {
    await scene.callbacks.remove();
    const directory = scene.app.get(ContactDirectory);
    const made = await directory.ensure(
      workspaceId,
      [1, 2, 3].map((index) => ({ phone: `549115577000${index}` })),
    );
    const rows = scene.app.get(ContactRows);
    const logged = vi.spyOn(scene.dataSource.logger, 'logQuery').mockImplementation(() => undefined);
    await runInTransaction(scene.dataSource, () => rows.update(made.map(({ id }) => ({ id, company: 'ACME' }))));
    const reads = logged.mock.calls.map(([sql]) => sql).filter((sql) => /^SELECT .*(?:contact|callback)/.test(sql));
    logged.mockRestore();
    expect(reads).toEqual([expect.stringMatching(/whatsapp_contacts.* JOIN .*whatsapp_callbacks/)]);
  });
});
