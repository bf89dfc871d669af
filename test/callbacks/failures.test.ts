import { BulkService, ContactsService, MessageEntity, MessagesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { MessageRepository } from '../../lib/messages/message-repository.js';
import { WorkspacesService } from '../../lib/accounts/workspaces.service.js';
import { CUSTOMER } from '../conversations/inbound-items.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { CallbacksScene } from './callbacks-scene.js';

describeEachDatabase('callbacks report of failures that no webhook reports', (database) => {
  let fresh: FreshDatabase;
  let scene: CallbacksScene;
  let workspaceId: number;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await CallbacksScene.start(fresh.options, { workers: false });
    workspaceId = await scene.app.get(WorkspacesService).idOf();
    // No one listens there: what is reported stays to be looked at.
    await scene.callbacks.set({ url: 'http://127.0.0.1:9/', events: ['message.status'] });
  });
  beforeEach(() => scene.deliveries.clear());
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const reported = async () => {
    const rows = await scene.deliveries.find({ where: { workspaceId } });
    return rows.map(({ payload }): { event: string; data: Record<string, unknown> } => JSON.parse(payload));
  };

  it('a refusal of Meta’s that the caller was answered with', async () => {
    scene.meta.faults.nextSend({ kind: 'error', code: 131026 });
    const { name: template, language } = sampleTemplates.named;
    const sent = scene.app.get(MessagesService).sendTemplate({
      to: `+${CUSTOMER}`,
      template,
      language,
      variables: { name: 'Ana', company: 'Mi Empresa' },
    });
    await expect(sent).rejects.toMatchObject({ metaCode: 131026 });
    expect(await reported()).toMatchObject([
      { event: 'message.status', data: { status: 'failed', error_code: '131026', phone: `+${CUSTOMER}` } },
    ]);
  });

  it('that a message has no known outcome, once', async () => {
    const store = scene.app.get(MessageRepository);
    const lapsesAt = new Date(Date.now() - 1);
    const rows = scene.dataSource.getRepository(MessageEntity);
    const lost = { type: 'text', phoneNumberId: scene.meta.phoneNumber.id, recipientPhone: CUSTOMER } as const;
    const { id } = await store.insertSending({ ...lost, workspaceId });
    await store.insertSending({ ...lost, workspaceId: workspaceId + 1 });
    await store.settleExpired();
    expect(await reported()).toEqual([]);
    await rows.update({ status: 'sending' }, { status: 'unconfirmed', lapsesAt });
    await Promise.all([store.settleExpired(), store.settleExpired()]);
    expect(await scene.deliveries.count()).toBe(1);
    expect(await reported()).toMatchObject([{ data: { id, status: 'failed', error_code: 'OUTCOME_UNKNOWN' } }]);
  });

  it('whom a bulk send does not go to, once all of it is accepted', async () => {
    const { name: template, language } = sampleTemplates.named;
    const phones = Array.from({ length: 502 }, (_, index) => `+54911666${50_000 + index}`);
    const contacts = scene.app.get(ContactsService);
    for (const phone of phones.slice(0, 2)) {
      const { contact } = await contacts.save({ phone });
      await scene.dataSource.getRepository(ContactEntity).update(contact.id, { blockedAt: new Date() });
    }
    const recipients = phones.map((phone) => ({ phone, variables: { name: 'Ana', company: 'Mi Empresa' } }));
    const bulk = scene.app.get(BulkService);
    const wrong = { phone: 'nobody', variables: { name: 'Ana', company: 'Mi Empresa' } };
    await expect(bulk.create({ template, language, recipients: [...recipients, wrong] })).rejects.toMatchObject({
      name: 'BulkValidationError',
    });
    expect(await reported()).toEqual([]);
    const { id } = await bulk.create({ template, language, recipients });
    const refused = (await reported()).filter(({ data }) => data['error_code'] === 'BLOCKED');
    expect(refused.map(({ data }) => [data['phone'], data['bulk_send_id']])).toEqual(
      expect.arrayContaining(phones.slice(0, 2).map((phone) => [phone, id])),
    );
    expect(refused).toHaveLength(2);
    await bulk.cancel(id);
  });
});
