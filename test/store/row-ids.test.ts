import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import type { DataSource, Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { RowIds } from '../../lib/store/row-ids.js';
import { SequenceEntity } from '../../lib/store/sequence.entity.js';
import { MessageEntity } from '../../lib/messages/message.entity.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { newMessage } from './new-message.js';
import { migratedDatabase, openDatabase } from './open-database.js';

const PROCESSES = 4;
const IDS_OF_EACH = 2_300; // more than two blocks

function repositoryOf<Entity extends object>(
  connection: DataSource | undefined,
  entity: Type<Entity>,
): Repository<Entity> {
  if (!connection) throw new Error('There are not that many connections.');
  return connection.getRepository(entity);
}

describeEachDatabase('row ids', (database) => {
  let fresh: FreshDatabase;
  let connections: DataSource[];
  let messages: Repository<MessageEntity>;
  let sequences: Repository<SequenceEntity>;

  beforeAll(async () => {
    fresh = await database.create();
    connections = [await migratedDatabase(fresh)];
    while (connections.length < PROCESSES) connections.push(await openDatabase(fresh));
    [messages, sequences] = [repositoryOf(connections[0], MessageEntity), repositoryOf(connections[0], SequenceEntity)];
  });
  afterAll(async () => {
    for (const connection of connections) await connection.destroy();
    await fresh.drop();
  });
  beforeEach(() => sequences.clear());

  /** What each process has of its own. */
  const processes = () => connections.map((connection) => new RowIds(repositoryOf(connection, SequenceEntity)));

  it('of several processes that begin at once are all different, and rise in each', async () => {
    const ids = await Promise.all(
      processes().map((rowIds) => Promise.all(Array.from({ length: IDS_OF_EACH }, () => rowIds.next()))),
    );
    expect(new Set(ids.flat()).size).toBe(PROCESSES * IDS_OF_EACH);
    for (const own of ids) expect(own).toEqual(own.toSorted((one, other) => one - other));
  });

  it('of a process that ended are not given out again', async () => {
    const given: number[] = [];
    for (const rowIds of [...processes(), ...processes()]) given.push(await rowIds.next());
    expect(new Set(given).size).toBe(2 * PROCESSES);
  });

  it.each([2 ** 31 - 2, 2 ** 32, 2 ** 40 - 500])('go on past what 32 bits hold: %d', async (nextId) => {
    await sequences.insert({ name: 'messages', nextId });
    const [rowIds, otherRowIds] = processes();
    for (let count = 0; count < 5; count += 1) {
      const id = nextId + count;
      expect(await rowIds?.next()).toBe(id);
      await messages.insert(newMessage({ id }));
      expect(await messages.findOneBy({ id })).toMatchObject({ id });
    }
    expect(await otherRowIds?.next()).toBe(nextId + 1_000);
  });
});
