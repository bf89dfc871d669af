import { ContactsService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { InboundMessages } from '../../lib/webhooks/messages/inbound-messages.js';
import { textItem } from '../conversations/inbound-items.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene } from './bulk-scene.js';

vi.setConfig({ testTimeout: 120_000 });

const USER = 'US.13491208655302741918';
const variables = { name: 'Ana', company: 'Mi Empresa' };
const ACCOUNT = {
  phoneNumbers: [{ throughput: Infinity, messagingLimit: 'TIER_2K' as const }],
  templates: Object.values(sampleTemplates),
};

describeEachDatabase('the people of a bulk send', (database) => {
  let fresh: FreshDatabase;
  let scene: BulkScene;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await BulkScene.start({ database: fresh.options, meta: { accounts: [ACCOUNT] } });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });
  beforeEach(() => scene.meta.clear());

  const send = async (...phones: string[]) => {
    const bulkSend = await scene.create(phones.map((phone) => ({ phone, variables })));
    await scene.ended(bulkSend);
    const { uniqueRecipients, acceptance } = bulkSend;
    return {
      uniqueRecipients,
      quota: acceptance.quota,
      rows: await scene.rows(bulkSend),
      calls: scene.meta.messages.map(({ body }) => body),
    };
  };

  it('are each sent to once, in the first spelling given, and counted once against the limit', async () => {
    const first = await send(
      '+5491123456789',
      '+541123456789',
      '+54111523456789',
      '5491123456789',
      '+5215512345678',
      '+525512345678',
      '+551187654321',
      '+5511987654321',
    );
    expect(first).toMatchObject({ uniqueRecipients: 3, quota: { needed: 3 } });
    expect(new Set(first.calls.map(({ to }) => to))).toEqual(
      new Set(['+5491123456789', '+5215512345678', '+551187654321']),
    );
    expect(first.calls).toHaveLength(3);
    // A person who counts already needs no second place under another spelling.
    expect(await send('+541123456789')).toMatchObject({ uniqueRecipients: 1, quota: { needed: 0 } });
  });

  it('are one by number and user id where both are known', async () => {
    const from = '4915112345678';
    await scene.app.get(InboundMessages).apply([textItem(scene, 'Hi', 0, { from, userId: 'DE.77' })]);
    expect(await send('DE.77', `+${from}`)).toMatchObject({
      uniqueRecipients: 1,
      rows: [{ recipientPhone: '', userId: 'DE.77' }],
      calls: [{ recipient: 'DE.77' }],
    });
  });

  it('may be named by business-scoped user ids, also of a parent business, which Meta gets as recipient', async () => {
    const { calls, rows } = await send(USER, 'US.ENT.506847293015', `${USER} `);
    expect(rows.map(({ userId, status }) => [userId, status])).toEqual([
      [USER, 'sent'],
      ['US.ENT.506847293015', 'sent'],
    ]);
    expect(new Set(calls.map(({ recipient }) => recipient))).toEqual(new Set([USER, 'US.ENT.506847293015']));
    for (const call of calls) expect(call).not.toHaveProperty('to');
    await scene.app.get(ContactsService).optOut(USER);
    expect(await scene.ended(await scene.create([{ phone: USER, variables }]))).toMatchObject({
      errors: [{ code: 'OPTED_OUT' }],
    });
  });

  it('get no one-time code by a user id, which is said before anything is sent', async () => {
    const template = Object.values(sampleTemplates).find(({ category }) => category === 'AUTHENTICATION');
    const refused = scene.create([{ phone: USER, variables: { 1: '123456' } }], {
      template: template?.name ?? '',
      language: template?.language ?? '',
    });
    await expect(refused).rejects.toMatchObject({
      problems: expect.arrayContaining([
        { path: 'recipients[0].phone', message: expect.stringContaining('one-time codes cannot be sent to') },
      ]),
    });
    expect(scene.meta.messageCount).toBe(0);
  });
});
