import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { Facts, type FactsOfKind } from '../../lib/store/facts.js';
import { SequenceEntity } from '../../lib/store/sequence.entity.js';
import { WorkspaceEntity } from '../../lib/accounts/workspace.entity.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { migratedDatabase, openDatabase } from './open-database.js';

/** Every process hears of a change within two seconds; the rest is a slow machine's. */
const HEARD = { timeout: 10_000, interval: 50 };

/** What one process has of its own. */
class Process {
  readonly facts: Facts;
  readonly #held: FactsOfKind<WorkspaceEntity>;
  reads = 0;

  constructor(readonly dataSource: DataSource) {
    this.facts = new Facts(dataSource, dataSource.getRepository(SequenceEntity));
    this.#held = this.facts.kind();
  }

  get workspaces() {
    return this.dataSource.getRepository(WorkspaceEntity);
  }

  /** What this process knows of a workspace. */
  known(name: string): Promise<WorkspaceEntity | undefined> {
    return this.#held.get(name, async () => {
      this.reads += 1;
      return (await this.workspaces.findOneBy({ name })) ?? undefined;
    });
  }

  async primaryOf(name: string): Promise<number | null | undefined> {
    return (await this.known(name))?.primaryPhoneNumberId;
  }

  setPrimary(name: string, primaryPhoneNumberId: number): Promise<number> {
    const update = this.workspaces.createQueryBuilder().update().set({ primaryPhoneNumberId });
    return this.facts.write(update.where({ name }));
  }
}

describeEachDatabase('facts', (database) => {
  let fresh: FreshDatabase;
  let connections: DataSource[];
  let here: Process;
  let elsewhere: Process;

  beforeAll(async () => {
    fresh = await database.create();
    connections = [await migratedDatabase(fresh), await openDatabase(fresh)];
  });
  afterAll(async () => {
    for (const connection of connections) await connection.destroy();
    await fresh.drop();
  });
  beforeEach(async () => {
    const [one, other] = connections.map((connection) => new Process(connection));
    if (!one || !other) throw new Error('There are two connections.');
    [here, elsewhere] = [one, other];
    await here.workspaces.deleteAll();
    await here.workspaces.insert({
      name: 'shop',
      primaryPhoneNumberId: 1,
      primaryChosenAt: null,
      createdAt: new Date(),
    });
  });

  it('are read once, also by those who ask at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => here.known('shop')));
    expect(new Set(all).size).toBe(1);
    expect(await here.known('shop')).toBe(all[0]);
    expect(here.reads).toBe(1);
  });

  it('cannot be changed by those who share them', async () => {
    const shop = await here.known('shop');
    expect(() => Object.assign(shop ?? {}, { name: 'other' })).toThrow(TypeError);
  });

  it('that this process changes are known here at once, and in every other one soon', async () => {
    expect([await here.primaryOf('shop'), await elsewhere.primaryOf('shop')]).toEqual([1, 1]);
    for (const primary of [2, 3]) {
      expect(await here.setPrimary('shop', primary)).toBe(1);
      expect(await here.primaryOf('shop')).toBe(primary);
      await vi.waitFor(async () => expect(await elsewhere.primaryOf('shop')).toBe(primary), HEARD);
    }
  });

  it('that are changed while they are read are not held as they were', async () => {
    const held = here.facts.kind<WorkspaceEntity>();
    const load = async () => (await here.workspaces.findOneBy({ name: 'shop' })) ?? undefined;
    const before = await held.get('shop', async () => {
      const shop = await load();
      await here.setPrimary('shop', 4);
      return shop;
    });
    expect(before?.primaryPhoneNumberId).toBe(1);
    expect(await held.get('shop', load)).toMatchObject({ primaryPhoneNumberId: 4 });
  });

  it('that several processes change at once are all heard of', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? here : elsewhere).setPrimary('shop', 10 + n)),
    );
    await vi.waitFor(async () => expect(await elsewhere.primaryOf('shop')).toBe(await here.primaryOf('shop')), HEARD);
    const row = await here.workspaces.findOneByOrFail({ name: 'shop' });
    expect(await here.primaryOf('shop')).toBe(row.primaryPhoneNumberId);
  });

  it('that are not there, or cannot be read, are looked for again', async () => {
    expect(await here.known('new')).toBeUndefined();
    await elsewhere.workspaces.insert({
      name: 'new',
      primaryPhoneNumberId: 7,
      primaryChosenAt: null,
      createdAt: new Date(),
    });
    expect(await here.primaryOf('new')).toBe(7);

    const held = here.facts.kind<WorkspaceEntity>();
    await expect(held.get('shop', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(
      await held.get('shop', async () => (await here.workspaces.findOneBy({ name: 'shop' })) ?? undefined),
    ).toBeDefined();
  });

  it('stay as they were when their change fails', async () => {
    expect(await elsewhere.primaryOf('shop')).toBe(1);
    const version = () => here.dataSource.getRepository(SequenceEntity).findOneBy({ name: 'facts' });
    const before = await version();
    await expect(
      here.facts.write(
        here.workspaces.createQueryBuilder().update().set({ primaryPhoneNumberId: 5 }).where({ name: 'shop' }),
        'UPDATE whatsapp_no_such_table SET id = 1',
      ),
    ).rejects.toThrow('whatsapp_no_such_table');
    expect(await here.primaryOf('shop')).toBe(1);
    expect(await version()).toEqual(before);
  });

  it('are not trusted while the database cannot be asked', async () => {
    expect(await here.primaryOf('shop')).toBe(1);
    await here.dataSource.query('ALTER TABLE whatsapp_sequences RENAME TO whatsapp_no_sequences');
    try {
      await vi.waitFor(() => expect(here.known('shop')).rejects.toThrow('whatsapp_sequences'), HEARD);
    } finally {
      await here.dataSource.query('ALTER TABLE whatsapp_no_sequences RENAME TO whatsapp_sequences');
    }
    expect(await here.primaryOf('shop')).toBe(1);
  });
});
