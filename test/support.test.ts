import { afterAll, beforeAll, expect, it } from 'vitest';
import { DataSource } from 'typeorm';
import { Redis } from 'ioredis';
import { describeEachDatabase, type FreshDatabase } from './support/databases.js';
import { describeWithRedis } from './support/redis.js';

describeEachDatabase('a fresh database', (database) => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await database.create();
  });
  afterAll(() => fresh.drop());

  it('is empty, keeps what is written, and is not the next one', async () => {
    const other = await database.create();
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
