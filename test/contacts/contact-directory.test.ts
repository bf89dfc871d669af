import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { contactsScene, type ContactsScene } from './contacts-scene.js';

const WORKSPACE = 1;
const atSecond = (count: number): Date => new Date(1_790_000_000_000 + count * 1_000);

const ANA = 'US.13491208655302741918';

describeEachDatabase('contacts', (database) => {
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

  it('are one per person, whatever the spelling of their number, in the order of those seen', async () => {
    const people = [
      { phone: '5491123456789', profileName: 'Ana' },
      { phone: '4915112345678' },
      { phone: '541123456789' },
      { waId: '5491123456789', phone: '541123456789' },
    ];
    const contacts = await scene.directory.ensure(WORKSPACE, people);
    expect(contacts).toHaveLength(4);
    const [ana, bob] = contacts;
    expect(contacts.map(({ id }) => id)).toEqual([ana?.id, bob?.id, ana?.id, ana?.id]);
    expect(ana).toMatchObject({ phone: expect.stringMatching(/^549?1123456789$/), profileName: 'Ana', userId: null });
    expect((await scene.directory.ensure(WORKSPACE, people)).map(({ id }) => id)).toEqual(contacts.map(({ id }) => id));
    expect(await scene.contacts.count()).toBe(2);
  });

  it('belong to one workspace each', async () => {
    const [own] = await scene.directory.ensure(1, [{ phone: '4915112345678' }]);
    const [other] = await scene.directory.ensure(2, [{ phone: '4915112345678' }]);
    expect(own?.id).not.toBe(other?.id);
    expect((await scene.directory.find(2, '+4915112345678'))?.id).toBe(other?.id);
    expect(await scene.directory.find(3, '4915112345678')).toBeNull();
  });

  it('are made once by many who see the same people at the same time', async () => {
    const people = Array.from({ length: 50 }, (_, index) => ({
      phone: `49151123456${String(index).padStart(2, '0')}`,
    }));
    const seen = await Promise.all(
      Array.from({ length: 6 }, (_, turn) =>
        scene.directory.ensure(WORKSPACE, turn % 2 === 0 ? people : people.toReversed()),
      ),
    );
    expect(await scene.contacts.count()).toBe(50);
    for (const [turn, contacts] of seen.entries()) {
      const phones = contacts.map(({ phone }) => phone);
      expect(turn % 2 === 0 ? phones : phones.toReversed()).toEqual(people.map(({ phone }) => phone));
    }
  });

  it('get the further ids by which they are seen, and are found by each', async () => {
    const [first] = await scene.directory.ensure(WORKSPACE, [{ phone: '4915112345678' }]);
    const [second] = await scene.directory.ensure(WORKSPACE, [
      { phone: '4915112345678', userId: ANA, profileName: 'Ana' },
    ]);
    expect(second).toMatchObject({ id: first?.id, userId: ANA, profileName: 'Ana' });
    const [third] = await scene.directory.ensure(WORKSPACE, [{ userId: ANA }]);
    expect(third).toMatchObject({ id: first?.id, phone: '4915112345678' });
    expect((await scene.directory.find(WORKSPACE, ANA))?.id).toBe(first?.id);
    const numbers = await scene.directory.numbersOf([{ id: first?.id ?? 0 }]);
    expect(numbers.get(first?.id ?? 0)).toEqual({ phones: ['4915112345678'], userIds: [ANA] });
  });

  it('become one when two turn out to be the same person, with all that hangs on them', async () => {
    const merged: [number, number][] = [];
    scene.dependents.add({
      *merge(from, into) {
        merged.push([from, into]);
        yield* [];
      },
    });
    const [byNumber] = await scene.directory.ensure(WORKSPACE, [{ phone: '4915112345678' }]);
    const [byId] = await scene.directory.ensure(WORKSPACE, [{ userId: ANA, profileName: 'Ana' }]);
    const [both] = await scene.directory.ensure(WORKSPACE, [{ phone: '4915112345678', userId: ANA }]);
    expect(both).toMatchObject({ id: byNumber?.id, phone: '4915112345678', userId: ANA, profileName: 'Ana' });
    expect(await scene.contacts.count()).toBe(1);
    expect(merged).toEqual([[byId?.id, byNumber?.id]]);
  });

  it('are as they were when the next owner of their number gets a name', async () => {
    const number = '4915112345678';
    await scene.directory.ensure(WORKSPACE, [{ phone: number, userId: 'DE.1', at: atSecond(1) }]);
    await scene.directory.ensure(WORKSPACE, [{ phone: number, userId: 'DE.2', at: atSecond(5) }]);
    await scene.directory.ensure(WORKSPACE, [{ userId: 'DE.2', profileName: 'Bob', at: atSecond(6) }]);
    expect(await scene.directory.find(WORKSPACE, 'DE.1')).toMatchObject({ phone: null, userId: 'DE.1' });
    expect(await scene.directory.find(WORKSPACE, number)).toMatchObject({ userId: 'DE.2', profileName: 'Bob' });
  });

  it.each([
    ['in order', [0, 1]],
    ['in reverse', [1, 0]],
    ['doubled', [0, 0, 1, 1, 0]],
  ])('keep their person through changes of number reported %s', async (_, order) => {
    const changes = [
      [{ phone: '4915100000001' }, { phone: '4915100000002', userId: 'DE.2', at: atSecond(2) }],
      [{ phone: '4915100000002' }, { phone: '4915100000003', userId: 'DE.3', at: atSecond(3) }],
    ] as const;
    await scene.directory.ensure(WORKSPACE, [{ phone: '4915100000001', profileName: 'Ana', at: atSecond(1) }]);
    for (const index of order) {
      const [from, to] = changes[index] ?? changes[0];
      await scene.directory.changeNumber(WORKSPACE, from, to);
    }
    const contacts = await scene.contacts.find();
    expect(contacts).toHaveLength(1);
    expect(contacts[0]).toMatchObject({ phone: '4915100000003', userId: 'DE.3', profileName: 'Ana' });
    const late = await scene.directory.ensure(WORKSPACE, [
      { phone: '4915100000001', waId: '4915100000001', at: atSecond(1) },
    ]);
    expect(late[0]).toMatchObject({ id: contacts[0]?.id, phone: '4915100000003' });
  });
});
