import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BulkScene, phoneOf, recipientOf, recipientsOf } from './bulk-scene.js';

const LIMITED = {
  accounts: [{ phoneNumbers: [{ messagingLimit: 'TIER_250' }], templates: Object.values(sampleTemplates) }],
};

const text = (parameter_name: string, value: string) => ({ type: 'text', parameter_name, text: value });

describe('a dry run', () => {
  let scene: BulkScene;
  const run = (...given: Parameters<BulkScene['input']>) => scene.bulk.dryRun(scene.input(...given));

  beforeAll(async () => {
    scene = await BulkScene.start({ meta: LIMITED, options: { messagesPerSecond: 80 } });
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('reports what the bulk send would do', async () => {
    const recipients = [...recipientsOf(251), ...recipientsOf(3)];
    expect(await run(recipients)).toMatchObject({
      totalRecipients: 254,
      uniqueRecipients: 251,
      problems: [],
      furtherProblems: 0,
      quota: { canSend: false, needed: 251, available: 250, total: 250, tier: 'TIER_250' },
      // One waits for a day.
      estimatedMinutes: 1_440.1,
    });
  });

  it('shows what Meta would get for the first three', async () => {
    const { payloads } = await run(recipientsOf(5));
    expect(payloads).toEqual(
      [0, 1, 2].map((index) => ({
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: phoneOf(index),
        type: 'template',
        template: {
          name: 'welcome_message',
          language: { code: 'es' },
          components: [
            { type: 'header', parameters: [text('name', `Person ${index}`)] },
            { type: 'body', parameters: [text('name', `Person ${index}`), text('company', 'Mi Empresa')] },
          ],
        },
      })),
    );
  });

  it('masks one-time codes, in body and button', async () => {
    const { name: template, language } = sampleTemplates.oneTimeCode;
    const recipients = [0, 1].map((index) => ({ phone: phoneOf(index), variables: { 1: `4${index}7193` } }));
    const { payloads } = await scene.bulk.dryRun({ template, language, recipients });
    expect(JSON.stringify(payloads)).not.toMatch(/4[01]7193/);
    expect(JSON.stringify(payloads[1]).split('••••••')).toHaveLength(3);
    expect(payloads[1]).toMatchObject({ to: phoneOf(1), template: { name: template } });
  });

  it('reports every problem, and what the rest of the list would do', async () => {
    const wrong = Array.from({ length: 60 }, () => ({ phone: '1' }));
    const recipients = [recipientOf(0), ...wrong, recipientOf(1), recipientOf(1)];
    const { problems, ...report } = await run(recipients);
    expect(report).toMatchObject({
      totalRecipients: 63,
      uniqueRecipients: 2,
      invalidRecipients: 60,
      furtherProblems: 80,
      quota: { needed: 2 },
      payloads: [{ to: phoneOf(0) }, { to: phoneOf(1) }],
    });
    expect(problems).toHaveLength(100);
    expect(problems.slice(0, 4)).toMatchObject([
      { path: 'recipients[1].phone' },
      { path: 'recipients[1].variables.name' },
      { path: 'recipients[1].variables.company' },
      { path: 'recipients[2].phone' },
    ]);
  });

  it('is refused as the bulk send would be, but for its recipients', async () => {
    await expect(run(recipientsOf(251), { onQuotaExceeded: 'reject' })).rejects.toMatchObject({
      code: 'QUOTA_EXCEEDED',
      quota: { needed: 251, available: 250 },
    });
    await expect(run(recipientsOf(2), { maxRecipients: 1 })).rejects.toMatchObject({ code: 'TOO_MANY_RECIPIENTS' });
    await expect(run(recipientsOf(1), { name: '' })).rejects.toMatchObject({ problems: [{ path: 'name' }] });
    await expect(run(recipientsOf(1), { template: 'nothing' })).rejects.toMatchObject({ code: 'TEMPLATE_NOT_FOUND' });
    expect(await run(recipientsOf(250), { onQuotaExceeded: 'reject' })).toMatchObject({ quota: { canSend: true } });
  });

  it('stores and sends nothing', async () => {
    expect(await run(recipientsOf(1_200))).toMatchObject({ uniqueRecipients: 1_200 });
    expect(await scene.stored()).toEqual({ bulkSends: 0, messages: 0, chunks: 0 });
    expect(scene.meta.requestsTo('/messages', 'POST')).toEqual([]);
    expect(await scene.bulk.list()).toMatchObject({ total: 0 });
  });
});
