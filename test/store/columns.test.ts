import 'reflect-metadata';
import * as fc from 'fast-check';
import { type DataSource, type DataSourceOptions, LessThan, type Repository } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { MessageEntity } from '../../lib/messages/message.entity.js';
import { type DatabaseKind, describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { newMessage } from './new-message.js';
import { migratedDatabase, openDatabase } from './open-database.js';

// Properties ask the database often, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

/** Makes the database's own session live in Nepal, 5:45 hours ahead of UTC. */
const NEPALESE_SESSION: Record<DatabaseKind, Partial<DataSourceOptions>> = {
  sqlite: {},
  postgres: { extra: { options: '-c TimeZone=Asia/Kathmandu' } },
  mariadb: { timezone: '+05:45' },
};

const inZone = (zone: string | undefined): void => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
};

describeEachDatabase('a column', (database) => {
  let fresh: FreshDatabase;
  let dataSource: DataSource;
  let messages: Repository<MessageEntity>;

  beforeAll(async () => {
    fresh = await database.createEmpty();
    dataSource = await migratedDatabase(fresh);
    messages = dataSource.getRepository(MessageEntity);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await fresh.drop();
  });
  beforeEach(() => messages.clear());

  describe('of a moment', () => {
    const { TZ } = process.env;
    afterEach(() => inZone(TZ));

    it('keeps it to the millisecond, and null', async () => {
      await messages.insert(newMessage());
      const moment = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31T23:59:59.999Z') });
      await fc.assert(
        fc.asyncProperty(fc.option(moment), moment, async (sentAt, createdAt) => {
          await messages.update({ id: 1 }, { sentAt, createdAt });
          expect(await messages.findOneByOrFail({ id: 1 })).toMatchObject({ sentAt, createdAt });
        }),
        { numRuns: 40 },
      );
    });

    it.each(['Asia/Kathmandu', 'America/St_Johns'])('is the same for processes in UTC and %s', async (zone) => {
      // Falls into the hour that the clocks of St. John's show twice.
      const sentAt = new Date('2026-11-01T04:15:16.789Z');
      inZone(zone);
      expect(new Date(0).getTimezoneOffset()).not.toBe(0); // the zone has changed
      await messages.insert(newMessage({ sentAt }));
      inZone('UTC');
      expect((await messages.findOneByOrFail({ id: 1 })).sentAt).toEqual(sentAt);
      const [raw] = await dataSource.query('SELECT sent_at FROM whatsapp_messages');
      expect(Number(raw.sent_at)).toBe(sentAt.getTime());
    });

    it('is the same for sessions in UTC and elsewhere', async () => {
      const sentAt = new Date('2026-03-08T06:30:00.001Z');
      const elsewhere = await openDatabase(fresh, NEPALESE_SESSION[database.kind]);
      await elsewhere.getRepository(MessageEntity).insert(newMessage({ sentAt }));
      await elsewhere.destroy();
      expect((await messages.findOneByOrFail({ id: 1 })).sentAt).toEqual(sentAt);
    });

    it('is compared to the millisecond', async () => {
      const lapsesAt = new Date('2026-11-16T21:30:00.500Z');
      await messages.insert(newMessage({ lapsesAt }));
      const before = (time: number) => messages.countBy({ lapsesAt: LessThan(new Date(time)) });
      expect(await before(lapsesAt.getTime())).toBe(0);
      expect(await before(lapsesAt.getTime() + 1)).toBe(1);
    });
  });

  it.each([
    ['case', 'wamid.HBgMNTQ5MTEAERgSRkE=', 'wamid.hbgmntq5mteaergsrke='],
    ['accents', 'wamid.aeiou', 'wamid.áeíou'],
    ['the kind of its characters', 'wamid.A1', 'wamid.Ａ１'],
  ])('of wamids distinguishes those that differ by %s alone', async (_, one, other) => {
    await messages.insert([newMessage({ id: 1, wamid: one }), newMessage({ id: 2, wamid: other })]);
    expect(await messages.findBy({ wamid: one })).toMatchObject([{ id: 1 }]);
    expect(await messages.findBy({ wamid: other })).toMatchObject([{ id: 2 }]);
  });

  it('of JSON gives back what was put in', async () => {
    await messages.insert(newMessage());
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), async (variables) => {
        const content: object = JSON.parse(JSON.stringify({ variables }));
        await messages.update({ id: 1 }, { content });
        expect((await messages.findOneByOrFail({ id: 1 })).content).toEqual(content);
      }),
      { numRuns: 40 },
    );
  });
});
