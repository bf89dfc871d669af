import { afterAll, beforeAll, expect, it } from 'vitest';
import { MessageEntity } from '../../lib/messages/message.entity.js';
import { SendObstacles } from '../../lib/messages/send-obstacles.js';
import { contactsScene, type ContactsScene } from '../contacts/contacts-scene.js';
import { newMessage } from '../store/new-message.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';

const WORKSPACE = 1;
const ANA = '5491123456789';
const BOB = '4915112345678';
const CARL = '4915187654321';
const key = (letter: string) => ({ idempotencyKey: letter.repeat(64), idempotencyFingerprint: letter.repeat(64) });

describeEachDatabase('what keeps a single message from being sent', (database) => {
  let fresh: FreshDatabase;
  let scene: ContactsScene;
  let obstacles: SendObstacles;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await contactsScene(fresh);
    const messages = scene.dataSource.getRepository(MessageEntity);
    obstacles = new SendObstacles(scene.dataSource, messages, scene.consents);
    await messages.insert(newMessage({ ...key('a') }));
    await scene.consents.optOut(WORKSPACE, [{ phone: ANA }], 'keyword', new Date());
    const [bob, carl] = await scene.directory.ensure(WORKSPACE, [{ phone: BOB }, { phone: CARL, userId: 'DE.1' }]);
    await scene.contacts.update([bob?.id ?? 0, carl?.id ?? 0], { blockedAt: new Date() });
    // Carl has another number now.
    await scene.identities.update({ contactId: carl?.id ?? 0, identity: CARL }, { until: new Date(), present: null });
  });
  afterAll(async () => {
    await scene.dataSource.destroy();
    await fresh.drop();
  });

  const of = (recipientPhone: string, templateCategory: string | null, more = {}) =>
    obstacles.of({
      workspaceId: WORKSPACE,
      phoneNumberId: '1',
      type: 'text',
      recipientPhone,
      templateCategory,
      ...more,
    });
  const refusal = async (...asked: Parameters<typeof of>) => (await of(...asked)).refusal;

  it('is a key that was used', async () => {
    const to = { workspaceId: WORKSPACE, phoneNumberId: '1', type: 'text', recipientPhone: '4915100000000' };
    expect(await obstacles.of(to, key('a'))).toEqual({ isKeyUsed: true, refusal: undefined });
    expect(await obstacles.of(to, key('b'))).toEqual({ isKeyUsed: false, refusal: undefined });
    expect(await obstacles.of(to)).toEqual({ isKeyUsed: false, refusal: undefined });
  });

  it('is an opt-out, for marketing alone and in its workspace, under every spelling', async () => {
    for (const spelling of [ANA, '541123456789', '54111523456789']) {
      expect(await refusal(spelling, 'MARKETING')).toBe('OPTED_OUT');
    }
    expect(await refusal(ANA, 'UTILITY')).toBeUndefined();
    expect(await refusal(ANA, null)).toBeUndefined();
    expect(await refusal(ANA, 'MARKETING', { workspaceId: 2 })).toBeUndefined();
  });

  it('is a block, whatever is sent, under the names that the person has now', async () => {
    expect(await refusal(BOB, null)).toBe('BLOCKED');
    expect(await refusal(BOB, 'AUTHENTICATION')).toBe('BLOCKED');
    expect(await refusal('', null, { userId: 'DE.1' })).toBe('BLOCKED');
    expect(await refusal(CARL, null)).toBeUndefined();
  });
});
