import { AccountsService, TemplatesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { FieldScene, inSeconds } from './fields-scene.js';

describeEachDatabase('a webhook that comes while Meta is asked for all', (database) => {
  let fresh: FreshDatabase;
  let fields: FieldScene;
  beforeAll(async () => {
    fresh = await database.create();
    fields = await FieldScene.start({ database: fresh.options });
  });
  afterAll(async () => {
    await fields?.[Symbol.asyncDispose]();
    await fresh?.drop();
  });

  /** Begins to list, and does something before Meta has answered. */
  async function during(edge: string, list: () => Promise<unknown>, act: () => Promise<unknown>): Promise<void> {
    const { meta } = fields.scene;
    const before = meta.requestsTo(`/${edge}`, 'GET').length;
    meta.faults.next({ kind: 'delay', ms: 1_000 }, { path: `/${edge}` });
    const listing = list();
    await expect.poll(() => meta.requestsTo(`/${edge}`, 'GET').length).toBeGreaterThan(before);
    await act();
    await listing;
  }

  it('tells more of a template than the list, until the next one', async () => {
    const sync = () => fields.scene.app.get(TemplatesService).sync();
    fields.templateAtMeta.qualityScore = 'GREEN';
    await during('message_templates', sync, () =>
      fields.apply(fields.templateItem('message_template_quality_update', { new_quality_score: 'RED' }, inSeconds(60))),
    );
    expect((await fields.template()).qualityScore).toBe('RED');
    await sync();
    expect((await fields.template()).qualityScore).toBe('GREEN');
  });

  it('tells more of a number than the list, until the next one', async () => {
    const sync = () => fields.scene.app.get(AccountsService).sync();
    fields.scene.meta.phoneNumber.messagingLimit = 'TIER_250';
    const reported = { max_daily_conversations_per_business: 'TIER_10K' };
    await during('phone_numbers', sync, () =>
      fields.apply(fields.item('business_capability_update', reported, inSeconds(60))),
    );
    expect((await fields.number()).messagingLimit).toBe('TIER_10K');
    await sync();
    expect((await fields.number()).messagingLimit).toBe('TIER_250');
  });
});
