import {
  ContactEntity,
  ContactsService,
  MessageEntity,
  MessagesService,
  type OutboundMessage,
  WorkspacesService,
} from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ContactDirectory } from '../../lib/contacts/contact-directory.js';
import { CallbacksScene } from '../callbacks/callbacks-scene.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';

describeEachDatabase('what was reported of contacts and sent to them', (database) => {
  let fresh: FreshDatabase;
  let scene: CallbacksScene;
  let contacts: ContactsService;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await CallbacksScene.start(fresh.options, { callbackRetryDelays: [60_000], workers: false });
    contacts = scene.app.get(ContactsService);
    await scene.callbacks.set({ url: 'http://127.0.0.1:9/' });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const reported = async (): Promise<{ event: string; data: Record<string, unknown> }[]> => {
    const rows = await scene.deliveries.find({ order: { createdAt: 'ASC' } });
    return rows.map(({ payload }) => JSON.parse(payload));
  };
  const send = (phone: string) =>
    scene.app.get(MessagesService).sendTemplate({
      to: phone,
      template: sampleTemplates.named.name,
      language: sampleTemplates.named.language,
      variables: { name: 'Ana', company: 'Mi Empresa' },
    });
  const recipientOf = async ({ id }: OutboundMessage) =>
    (await scene.dataSource.getRepository(MessageEntity).findOneByOrFail({ id })).recipientPhone;

  it('goes with a contact who is deleted and leaves nothing, but for that they are gone', async () => {
    const phone = '+5491155560001';
    const { id } = await contacts.create({ phone, firstName: 'Anita', email: 'anita@example.com' });
    expect(JSON.stringify(await reported())).toContain('anita@example.com');
    await contacts.delete(id);
    const again = await contacts.create({ phone });
    await contacts.erase(again.id);
    const left = await reported();
    expect(JSON.stringify(left)).not.toMatch(/5491155560001|Anita|anita/);
    expect(left).toMatchObject([id, again.id].map((gone) => ({ event: 'contact.deleted', data: { id: gone } })));
  });

  it('is that a contact was made when one who was deleted turns out to be one who is there', async () => {
    const phone = '5491155560002';
    const deleted = await contacts.optOut(phone);
    await contacts.delete(deleted.id);
    const workspaceId = await scene.app
      .get(WorkspacesService)
      .ensure('default')
      .then(({ id }) => id);
    const directory = scene.app.get(ContactDirectory);
    const [other] = await directory.ensure(workspaceId, [{ userId: 'AR.78' }]);
    await scene.deliveries.createQueryBuilder().delete().execute();
    await directory.ensure(workspaceId, [{ phone, userId: 'AR.78' }]);
    const events = await reported();
    expect(events.find(({ event }) => event === 'contact.deleted')).toMatchObject({
      data: { id: other?.id, merged_into: deleted.id },
    });
    expect(events.find(({ event }) => event === 'contact.created')).toMatchObject({
      data: { id: deleted.id, phone: `+${phone}`, created_at: other?.createdAt.toISOString() },
    });
    expect(await contacts.get(deleted.id)).toMatchObject({ phone, userId: 'AR.78' });
  });

  it('is erased also where it was sent to a number that was corrected since', async () => {
    const [wrong, right] = ['5491155560003', '5491155560004'];
    const { id } = await contacts.create({ phone: wrong });
    const message = await send(wrong);
    await contacts.update(id, { phone: right });
    expect(await contacts.lookup(wrong)).toMatchObject({ id, phone: right });
    await contacts.erase(id);
    expect(await recipientOf(message)).toBe('');
  });

  it('is erased also of a contact who was deleted since', async () => {
    const phone = '5491155560005';
    const { id } = await contacts.create({ phone });
    const message = await send(phone);
    await contacts.delete(id);
    const rows = scene.dataSource.getRepository(ContactEntity);
    expect(await rows.findOneBy({ id })).toMatchObject({ phone, deletedAt: expect.any(Date) });
    await contacts.erase(id);
    expect(await recipientOf(message)).toBe('');
  });
});
