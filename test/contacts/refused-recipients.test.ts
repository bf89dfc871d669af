import { ContactsService, MessageEntity, MessagesService, TemplateEntity } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BulkScene, digitsOf, phoneOf, recipientOf, recipientsOf } from '../bulk/bulk-scene.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';

const LIMITED = { throughput: Infinity, messagingLimit: 'TIER_250' };

describeEachDatabase('recipients who refuse', (database) => {
  let fresh: FreshDatabase;
  let scene: BulkScene;
  let contacts: ContactsService;

  beforeEach(async () => {
    fresh = await database.create();
    const account = { phoneNumbers: [LIMITED], templates: Object.values(sampleTemplates) };
    scene = await BulkScene.start({ database: fresh.options, meta: { accounts: [account] } });
    contacts = scene.app.get(ContactsService);
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const block = async (index: number) => {
    scene.meta.phoneNumber.openWindow(phoneOf(index));
    await contacts.block(phoneOf(index), 'spam');
  };

  const single = (index: number) =>
    scene.app.get(MessagesService).sendTemplate({
      template: sampleTemplates.named.name,
      language: sampleTemplates.named.language,
      to: phoneOf(index),
      variables: recipientOf(index).variables,
    });

  it('get no single message, and no row is made', async () => {
    await contacts.optOut(phoneOf(1).replace('+549', '+54'));
    await block(2);
    await expect(single(1)).rejects.toMatchObject({ code: 'RECIPIENT_OPTED_OUT' });
    await expect(single(2)).rejects.toMatchObject({ code: 'RECIPIENT_BLOCKED' });
    expect(await scene.dataSource.getRepository(MessageEntity).count()).toBe(0);
    expect(scene.meta.messageCount).toBe(0);
    await contacts.optIn(phoneOf(1));
    await contacts.unblock(phoneOf(2));
    expect(await single(1)).toMatchObject({ status: 'sent' });
    expect(await single(2)).toMatchObject({ status: 'sent' });
  });

  it('are stored as failed when a bulk send is accepted, need no place in the limit, and the rest goes out', async () => {
    await contacts.optOut(phoneOf(3));
    await block(150);
    const dryRun = await scene.bulk.dryRun(scene.input(recipientsOf(160)));
    expect(dryRun).toMatchObject({ uniqueRecipients: 160, quota: { needed: 158 } });
    const bulkSend = await scene.create(recipientsOf(160));
    expect(bulkSend).toMatchObject({
      uniqueRecipients: 160,
      counts: { failed: 2 },
      acceptance: { quota: { needed: 158 } },
    });
    const ended = await scene.ended(bulkSend);
    expect(ended).toMatchObject({ status: 'PARTIAL', counts: { sent: 158, failed: 2, pending: 0 } });
    expect(await scene.reported(bulkSend)).toEqual(await scene.recount(bulkSend));
    expect(await scene.row(bulkSend, 3)).toMatchObject({ status: 'failed', errorCode: 'OPTED_OUT', attempt: 0 });
    expect(await scene.row(bulkSend, 150)).toMatchObject({ status: 'failed', errorCode: 'BLOCKED', attempt: 0 });
    expect(scene.meta.messageCount).toBe(158);
    expect(await scene.bulk.retry(bulkSend.id, { includeUnknown: true })).toMatchObject({ retried: 0 });
  });

  it('are all there is to a bulk send that has failed at once', async () => {
    await contacts.optOut(phoneOf(0));
    const bulkSend = await scene.create(recipientsOf(1));
    expect(bulkSend).toMatchObject({ status: 'FAILED', counts: { failed: 1 }, completedAt: expect.any(Date) });
    expect(await scene.stored()).toMatchObject({ messages: 1, chunks: 0 });
  });

  it('are skipped and reported when they opt out, or are blocked or erased, after the bulk send was queued', async () => {
    const bulkSend = await scene.create(recipientsOf(30), { scheduledAt: new Date(Date.now() + 60_000) });
    await contacts.optOut(phoneOf(0));
    await contacts.optOut(phoneOf(7));
    await block(29);
    const erased = await contacts.optOut(phoneOf(10));
    await contacts.erase(erased.id);
    await scene.bulk.pause(bulkSend.id);
    await scene.dataSource.query(`UPDATE whatsapp_bulk_sends SET scheduled_at = NULL`);
    await scene.bulk.resume(bulkSend.id);
    const ended = await scene.ended(bulkSend);
    expect(ended).toMatchObject({ status: 'PARTIAL', counts: { sent: 26, failed: 4 } });
    expect(await scene.reported(bulkSend)).toEqual(await scene.recount(bulkSend));
    expect((await scene.reported(bulkSend)).errors).toEqual({ OPTED_OUT: 2, BLOCKED: 1, ERASED: 1 });
    expect(scene.meta.messageCount).toBe(26);
    const rows = await scene.rows(bulkSend);
    expect(rows.map(({ recipientPhone }) => recipientPhone)).not.toContain(digitsOf(10));
  });

  it('get nothing of a bulk send whose template has become marketing since it was queued', async () => {
    const templates = scene.dataSource.getRepository(TemplateEntity);
    const { name } = sampleTemplates.named;
    await scene.bulk.dryRun(scene.input(recipientsOf(2)));
    await templates.update({ name }, { category: 'UTILITY' });
    await contacts.optOut(phoneOf(0));
    const bulkSend = await scene.create(recipientsOf(2), { scheduledAt: new Date(Date.now() + 60_000) });
    expect(bulkSend.counts).toMatchObject({ failed: 0 });
    await scene.bulk.pause(bulkSend.id);
    await templates.update({ name }, { category: 'MARKETING' });
    await scene.dataSource.query(`UPDATE whatsapp_bulk_sends SET scheduled_at = NULL`);
    await scene.bulk.resume(bulkSend.id);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'PARTIAL', counts: { sent: 1, failed: 1 } });
    expect(await scene.row(bulkSend, 0)).toMatchObject({ errorCode: 'OPTED_OUT' });
  });

  it('get what is no marketing', async () => {
    await contacts.optOut(phoneOf(0));
    const template = Object.values(sampleTemplates).find(({ name }) => name === sampleTemplates.oneTimeCode.name);
    const code = { template: template?.name ?? '', language: template?.language ?? '' };
    const bulkSend = await scene.create([{ phone: phoneOf(0), variables: { 1: '123456' } }], code);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED' });
  });
});
