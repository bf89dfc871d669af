import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { contactsScene, type ContactsScene } from './contacts-scene.js';

const WORKSPACE = 1;
const ANA = '5491123456789';
const BOB = '4915112345678';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21) + seconds * 1_000);

describeEachDatabase('marketing consents', (database) => {
  let fresh: FreshDatabase;
  let scene: ContactsScene;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await contactsScene(fresh);
  });
  afterAll(async () => {
    await scene.dataSource.destroy();
    await fresh.drop();
  });
  beforeEach(async () => {
    await scene.identities.createQueryBuilder().delete().execute();
    await scene.contacts.createQueryBuilder().delete().execute();
  });

  const refusals = async (phones: readonly string[], category: string | null = 'MARKETING', workspace = WORKSPACE) =>
    Object.fromEntries(await scene.consents.refusalsOf(workspace, phones, category));

  it('refuse marketing, and nothing else, to a person who opted out, under every spelling', async () => {
    await scene.consents.optOut(WORKSPACE, [{ phone: ANA }], 'keyword', at(0));
    const spellings = [ANA, '541123456789', '54111523456789'];
    expect(await refusals([...spellings, BOB])).toEqual(Object.fromEntries(spellings.map((one) => [one, 'OPTED_OUT'])));
    expect(await refusals(spellings, 'UTILITY')).toEqual({});
    expect(await refusals(spellings, null)).toEqual({});
    expect(await refusals(spellings, 'MARKETING', 2)).toEqual({});
  });

  it('refuse anything to a person who is blocked', async () => {
    const [bob] = await scene.directory.ensure(WORKSPACE, [{ phone: BOB }]);
    await scene.contacts.update({ id: bob?.id ?? 0 }, { blockedAt: at(0) });
    expect(await refusals([BOB, ANA])).toEqual({ [BOB]: 'BLOCKED' });
    expect(await refusals([BOB, ANA], 'AUTHENTICATION')).toEqual({ [BOB]: 'BLOCKED' });
  });

  it('are all kept, also those that do not hold, and one that is reported again once', async () => {
    const person = [{ phone: ANA }];
    await scene.consents.optOut(WORKSPACE, person, 'keyword', at(5));
    const [ana] = await scene.consents.optIn(WORKSPACE, person, 'api', at(9), 'Paula');
    await scene.consents.optIn(WORKSPACE, person, 'user_preferences', at(1));
    await scene.consents.optOut(WORKSPACE, person, 'keyword', at(5));
    const history = async () => (await scene.history.of(ana?.id ?? 0)).map((one) => Object.values(one).slice(0, 4));
    const said = [
      ['opted_in', 'api', 'Paula', at(9)],
      ['opted_out', 'keyword', null, at(5)],
      ['opted_in', 'user_preferences', null, at(1)],
    ];
    expect(await history()).toEqual(said);
    // Someone who becomes one with another keeps theirs.
    await scene.consents.optOut(WORKSPACE, [{ userId: 'AR.1' }], 'api', at(7));
    await scene.directory.ensure(WORKSPACE, [{ phone: ANA, userId: 'AR.1' }]);
    expect(await history()).toEqual(said.toSpliced(1, 0, ['opted_out', 'api', null, at(7)]));
    await scene.dependents.erase({ workspaceId: WORKSPACE, id: ana?.id ?? 0, times: [] }, []);
    expect(await history()).toEqual([]);
  });

  it('report the people with a changed consent, once', async () => {
    const both = [{ phone: ANA }, { phone: BOB }];
    const changed = await scene.consents.optOut(WORKSPACE, both, 'user_preferences', at(1));
    expect(changed.map(({ phone }) => phone)).toEqual([ANA, BOB]);
    expect(changed[0]).toMatchObject({ optedOutAt: at(1), optOutSource: 'user_preferences' });
    expect(await scene.consents.optOut(WORKSPACE, both, 'user_preferences', at(1))).toEqual([]);
    expect(await scene.consents.optIn(WORKSPACE, [{ phone: ANA }], 'api', at(0))).toEqual([]);
    expect(await scene.consents.optIn(WORKSPACE, [{ phone: ANA }], 'api', at(2))).toHaveLength(1);
    expect(await refusals([ANA, BOB])).toEqual({ [BOB]: 'OPTED_OUT' });
  });

  it('hold when the contact is merged or erased between being found and being changed', async () => {
    const { directory } = scene;
    const ensure = directory.ensure.bind(directory);
    const afterwards = (happens: () => Promise<unknown>) =>
      vi.spyOn(directory, 'ensure').mockImplementationOnce(async (...seen) => {
        const found = await ensure(...seen);
        await happens();
        return found;
      });
    await ensure(WORKSPACE, [{ userId: 'AR.1' }]);
    afterwards(() => ensure(WORKSPACE, [{ phone: ANA, userId: 'AR.1' }]));
    expect(await scene.consents.optOut(WORKSPACE, [{ phone: ANA }], 'keyword', at(0))).toMatchObject([{ phone: ANA }]);
    afterwards(async () => {
      await scene.identities.delete({ identity: BOB });
      await scene.contacts.update({ phone: BOB }, { phone: null, erasedAt: at(0) });
    });
    expect(await scene.consents.optOut(WORKSPACE, [{ phone: BOB }], 'keyword', at(0))).toMatchObject([{ phone: BOB }]);
    expect(await refusals([ANA, BOB])).toEqual({ [ANA]: 'OPTED_OUT', [BOB]: 'OPTED_OUT' });
  });

  it('are the latest consent, in whatever order they are reported', async () => {
    const consent = fc.record({ isOptOut: fc.boolean(), second: fc.integer({ min: 0, max: 5 }) });
    let person = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(consent, { minLength: 1, maxLength: 6 }), async (consents) => {
        const people = [consents, consents.toReversed()].map((order) => ({
          order,
          phone: `4915100${String((person += 1)).padStart(6, '0')}`,
        }));
        for (const { phone, order } of people) {
          for (const { isOptOut, second } of order) {
            if (isOptOut) await scene.consents.optOut(WORKSPACE, [{ phone }], 'api', at(second));
            else await scene.consents.optIn(WORKSPACE, [{ phone }], 'api', at(second));
          }
        }
        const last = Math.max(...consents.map(({ second }) => second));
        const isOut = consents.some(({ isOptOut, second }) => isOptOut && second === last);
        const phones = people.map(({ phone }) => phone);
        expect(await refusals(phones)).toEqual(
          isOut ? Object.fromEntries(phones.map((one) => [one, 'OPTED_OUT'])) : {},
        );
      }),
      { numRuns: 15 },
    );
  });
});
