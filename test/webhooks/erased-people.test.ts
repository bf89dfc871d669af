import { ContactsService, WebhooksService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { BulkOutcomes } from '../../lib/bulk/send/outcome-writer.js';
import { MessageRepository } from '../../lib/messages/message-repository.js';
import { FailedItems } from '../../lib/webhooks/failed-items.js';
import { phoneOf, recipientsOf } from '../bulk/bulk-scene.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { StatusScene } from './statuses-scene.js';

// Each starts an app or makes a database, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const NOTHING = { recipientPhone: '', userId: null, wamid: null, waId: null, content: null };
const ACCEPTANCE = { wamid: 'wamid.late', waId: '5491112345678', messageStatus: 'accepted' };

describeEachDatabase('a person who was erased while messages to them were on their way', (database) => {
  let fresh: FreshDatabase;
  let statuses: StatusScene;

  beforeAll(async () => {
    fresh = await database.create();
    statuses = await StatusScene.start({ database: fresh.options });
  });
  afterAll(async () => {
    await statuses[Symbol.asyncDispose]();
    await fresh.drop();
  });
  beforeEach(() => statuses.scene.meta.clear());

  const store = () => statuses.scene.app.get(MessageRepository);

  const erase = async (phone: string) => {
    const contacts = statuses.scene.app.get(ContactsService);
    const { id } = await contacts.optOut(phone);
    await contacts.erase(id);
  };

  const underWay = (person: { recipientPhone: string; userId?: string }) =>
    store().insertSending({
      workspaceId: 1,
      phoneNumberId: statuses.scene.meta.phoneNumber.id,
      type: 'text',
      ...person,
    });

  it.each<[string, { recipientPhone: string; userId?: string }]>([
    ['number', { recipientPhone: '5491112345678' }],
    ['user id', { recipientPhone: '', userId: 'AR.1' }],
  ])("stays forgotten when Meta's answer comes late to a message to their %s", async (_, person) => {
    const row = await underWay(person);
    await erase(person.userId ?? person.recipientPhone);
    await store().recordSent(row, ACCEPTANCE, new Date());
    expect(await statuses.row(row)).toMatchObject({ ...NOTHING, status: 'sent', sentAt: expect.any(Date) });
    const other = await underWay(person);
    await store().recordSent(other, ACCEPTANCE, new Date());
    expect(await statuses.row(other)).toMatchObject({ ...person, ...ACCEPTANCE, status: 'sent' });
  });

  it('stays forgotten when a status comes late', async () => {
    const row = await underWay({ recipientPhone: '5491112345678' });
    await erase('5491112345678');
    await statuses.apply(statuses.item(row, 'delivered'));
    expect(await statuses.row(row)).toMatchObject({ ...NOTHING, status: 'delivered' });
  });

  it("stays forgotten when Meta's answer to a message of a bulk send comes late", async () => {
    const { scene } = statuses;
    const bulkSend = await scene.ended(await scene.create(recipientsOf(1)));
    await erase(phoneOf(0));
    const [row] = await scene.rows(bulkSend);
    const outcome = { kind: 'sent', acceptance: ACCEPTANCE, at: new Date() } as const;
    await scene.app.get(BulkOutcomes).record(bulkSend.id, [{ id: row?.id ?? 0, attempt: 1, outcome }]);
    expect((await scene.rows(bulkSend))[0]).toMatchObject({ ...NOTHING, status: 'sent' });
  });

  it('leaves no webhook item that could not be applied, and takes none of others along', async () => {
    const item = async (recipientPhone: string, text: string) =>
      Object.assign(statuses.item(await underWay({ recipientPhone }), 'sent', { text }), { receivedAt: 0 });
    const error = new Error('It is poison.');
    const [short, long, other] = await Promise.all([
      item('5491112345678', 'Hola'),
      item('541112345678', 'Hola'.repeat(50_000)),
      item('5491112345679', 'Hola'),
    ]);
    await statuses.scene.app.get(FailedItems).store([short, long, other].map((one) => ({ item: one, error })));
    await erase('5491112345678');
    const { items, total } = await statuses.scene.app.get(WebhooksService).failedItems();
    expect(total).toBe(1);
    expect(JSON.stringify(items)).not.toContain('1112345678"');
  });
});
