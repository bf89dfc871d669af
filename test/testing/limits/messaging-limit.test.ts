import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GraphApiServer, type PhoneNumber, sampleTemplates, TestClock } from 'nestjs-whatsapp/testing';
import { recipientsOf } from '../../../lib/testing/limits/limits.js';
import { call } from '../graph-client.js';
import { ANA, BEN, codeOfSend, codesOfSends, EVA, messageTo } from './codes.js';

const HOUR_MS = 3_600_000;

let clock: TestClock;
let meta: GraphApiServer;
beforeEach(async () => {
  clock = new TestClock({ speed: 0 });
  meta = await GraphApiServer.start({ sample: true, now: clock.now });
});
afterEach(() => meta.close());

const ownedBy = (ownerBusinessId: string) => meta.addAccount({ ownerBusinessId, phoneNumbers: [{}, {}] });
const send = (to: string, from?: PhoneNumber) => codeOfSend(meta, to, from);

describe('the messaging limit', () => {
  it('is how many people are written to in 24 hours, each counted from the last send', async () => {
    meta.phoneNumber.messagingLimit = 'TIER_2';
    expect([await send(ANA), await send(BEN), await send(EVA)]).toEqual([0, 0, 131048]);
    clock.advance(12 * HOUR_MS);
    expect([await send(ANA), await send(EVA)]).toEqual([0, 131048]);
    clock.advance(12 * HOUR_MS - 1);
    expect(await send(EVA)).toBe(131048);
    clock.advance(1);
    expect([await send(EVA), await send(BEN)]).toEqual([0, 131048]);
    clock.advance(12 * HOUR_MS);
    expect(await send(BEN)).toBe(0);
  });

  it.each([
    ['TIER_50', 50],
    ['TIER_250', 250],
    ['TIER_1K', 1_000],
    ['TIER_2K', 2_000],
    ['TIER_10K', 10_000],
    ['TIER_100K', 100_000],
    ['TIER_UNLIMITED', Infinity],
    ['TIER_NOT_SET', Infinity],
    ['', Infinity],
  ])('is, if it is "%s", %d people', (messagingLimit, people) => {
    expect(recipientsOf(messagingLimit)).toBe(people);
  });

  it('is 250 people by default, and none at all when unlimited', async () => {
    const number = meta.account.addPhoneNumber({ throughput: Infinity });
    const codes = await codesOfSends(meta, 251, number);
    expect([codes.lastIndexOf(0), codes.at(-1)]).toEqual([249, 131048]);
    number.messagingLimit = 'TIER_UNLIMITED';
    expect(new Set(await codesOfSends(meta, 251, number))).toEqual(new Set([0]));
  });

  it('is shared by all numbers and accounts of a business portfolio, and by no other', async () => {
    const [one, other] = ownedBy('777').phoneNumbers;
    const [sister] = ownedBy('777').phoneNumbers;
    const [foreign] = ownedBy('778').phoneNumbers;
    if (!one || !other || !sister || !foreign) throw new Error('A number is missing.');
    for (const number of [one, other, sister, foreign]) number.messagingLimit = 'TIER_2';
    expect([await send(ANA, one), await send(BEN, sister)]).toEqual([0, 0]);
    expect([await send(EVA, one), await send(EVA, other), await send(EVA, sister)]).toEqual([131048, 131048, 131048]);
    expect([await send(ANA, other), await send(EVA, foreign)]).toEqual([0, 0]);
    other.messagingLimit = 'TIER_250';
    expect(await send(EVA, other)).toBe(0);
  });

  it('costs nothing inside of the service window with that number', async () => {
    meta.phoneNumber.messagingLimit = 'TIER_1';
    const other = meta.account.addPhoneNumber({ messagingLimit: 'TIER_1' });
    meta.phoneNumber.openWindow('+54 911 1234-5678');
    meta.phoneNumber.openWindow(EVA, clock.now() + HOUR_MS);
    expect([await send(ANA), await send(EVA), await send(BEN)]).toEqual([0, 0, 0]);
    expect(await send(ANA, other)).toBe(131048);
    clock.advance(HOUR_MS);
    expect([await send(ANA), await send(EVA)]).toEqual([0, 131048]);
    clock.advance(23 * HOUR_MS - 1);
    expect(await send(ANA)).toBe(0);
    clock.advance(1);
    expect([await send(ANA), await send(BEN)]).toEqual([0, 131048]);
  });

  it('counts templates as well as anything else', async () => {
    meta.phoneNumber.messagingLimit = 'TIER_1';
    const { name, language } = sampleTemplates.plain;
    const template = { type: 'template', template: { name, language: { code: language } } };
    const sendTemplate = (to: string) =>
      call(meta, 'POST', `${meta.phoneNumber.id}/messages`, { ...messageTo(to), ...template });
    expect((await sendTemplate(ANA)).status).toBe(200);
    const { status, body } = await sendTemplate(BEN);
    expect(status).toBe(429);
    expect(body.error).toMatchObject({ code: 131048, error_data: { details: expect.stringContaining('TIER_1') } });
  });
});
