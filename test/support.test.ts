import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { Redis } from 'ioredis';
import { describeEachDatabase, type FreshDatabase } from './support/databases.js';
import { describeWithRedis } from './support/redis.js';

describeEachDatabase('an empty database', (database) => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await database.createEmpty();
  });
  afterAll(() => fresh.drop());

  it('is empty, keeps what is written, and is not the next one', async () => {
    const other = await database.createEmpty();
    const [first, second] = [new DataSource(fresh.options), new DataSource(other.options)];
    try {
      await Promise.all([first.initialize(), second.initialize()]);
      await first.query('CREATE TABLE greetings (words varchar(20))');
      await first.query("INSERT INTO greetings VALUES ('¡Hola! 👋')");
      expect(await first.query('SELECT words FROM greetings')).toEqual([{ words: '¡Hola! 👋' }]);
      await expect(second.query('SELECT words FROM greetings')).rejects.toThrow(/greetings/);
    } finally {
      await Promise.all([first.destroy(), second.destroy()]);
      await other.drop();
    }
  });
});

describeEachDatabase('a database with tables', (database) => {
  it.each([
    ['a row was added', "INSERT INTO whatsapp_workspaces (name, created_at) VALUES ('ours', 1)"],
    ['a table was added', 'CREATE TABLE greetings (words varchar(20))'],
    ['a column was added', 'ALTER TABLE whatsapp_workspaces ADD COLUMN words varchar(20)'],
    ['an index was added', 'CREATE INDEX by_name ON whatsapp_workspaces (name)'],
    ['a table was removed', 'DROP TABLE whatsapp_media'],
  ])('has them and no rows, although the one before was dropped when %s', async (_, statement) => {
    for (let turn = 0; turn < 2; turn += 1) {
      const fresh = await database.create();
      const dataSource = await new DataSource(fresh.options).initialize();
      expect(await dataSource.query('SELECT * FROM whatsapp_workspaces')).toEqual([]);
      expect(await dataSource.query('SELECT * FROM whatsapp_media')).toEqual([]);
      // A repeated change of the schema fails.
      await dataSource.query(statement);
      const rows = await dataSource.query('SELECT id FROM whatsapp_workspaces');
      expect(rows).toEqual(statement.startsWith('INSERT') ? [{ id: 1 }] : []);
      // Still connected.
      await fresh.drop();
      await dataSource.destroy().catch(() => undefined);
    }
  });
});

describeWithRedis('a fresh Redis', (redis) => {
  it('is emptied without touching the next one', async () => {
    const [first, second] = await Promise.all([redis.create(), redis.create()]);
    const [firstClient, secondClient] = [new Redis(first.url), new Redis(second.url)];
    try {
      await firstClient.set(`${first.prefix}:greeting`, 'hello');
      await secondClient.set(`${second.prefix}:greeting`, 'hello');
      await first.flush();
      expect(await firstClient.exists(`${first.prefix}:greeting`)).toBe(0);
      expect(await secondClient.exists(`${second.prefix}:greeting`)).toBe(1);
    } finally {
      firstClient.disconnect();
      secondClient.disconnect();
      await Promise.all([first.drop(), second.drop()]);
    }
  });
});
