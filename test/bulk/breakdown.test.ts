import { type BulkSend, BulkSendEntity, MessageEntity } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene } from './bulk-scene.js';

/** Numbers of countries that share a calling code with others, and of some that have their own. */
const PEOPLE = [
  '+5491112345671',
  '+5491112345672',
  '+5491112345673',
  '+12125550101', // New York
  '+14165550101', // Toronto
  '+447400123456', // United Kingdom
  '+447797123456', // Jersey
  '+79161234567', // Russia
  '+77011234567', // Kazakhstan
  '+393123456789', // Italy
  'US.13491208655302741918',
];

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 0, 1, 12);

describeEachDatabase('the breakdown of a bulk send', (database) => {
  let fresh: FreshDatabase;
  let scene: BulkScene;
  let bulkSend: BulkSend;
  const zero = { pending: 0, unconfirmed: 0, sent: 0, delivered: 0, read: 0, failed: 0 };

  beforeAll(async () => {
    fresh = await database.create();
    scene = await BulkScene.start({ database: fresh.options, options: { workers: false } });
    bulkSend = await scene.create(PEOPLE.map((phone) => ({ phone, variables: { name: 'Ana', company: 'Acme' } })));
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  it('counts by country, also where countries share a calling code', async () => {
    const { countries, errors, hours } = await scene.bulk.breakdown(bulkSend.id);
    expect(Object.fromEntries(countries.map(({ country, pending }) => [country, pending]))).toEqual({
      AR: 3,
      US: 2,
      CA: 1,
      GB: 1,
      JE: 1,
      RU: 1,
      KZ: 1,
      IT: 1,
    });
    expect(countries[0]).toEqual({ ...zero, country: 'AR', pending: 3 });
    expect([errors, hours]).toEqual([[], []]);
  });

  it('counts by the hour in which each was sent or failed, and by error with what it means', async () => {
    const rows = await scene.rows(bulkSend);
    const messages = scene.dataSource.getRepository(MessageEntity);
    const become = (index: number, change: Partial<MessageEntity>) =>
      messages.update({ id: rows[index]?.id ?? 0 }, change);
    await become(0, { status: 'played', sentAt: new Date(NOON) });
    await become(1, { status: 'delivered', sentAt: new Date(NOON + HOUR - 1) });
    await become(2, { status: 'unconfirmed' });
    await become(3, { status: 'failed', sentAt: new Date(NOON + HOUR), failedAt: new Date(NOON + 5 * HOUR) });
    await become(4, { status: 'failed', failedAt: new Date(NOON + 3 * HOUR) });
    const failures = [
      { code: 'OUTCOME_UNKNOWN', message: 'Unknown.', count: 1 },
      { code: '131026', message: 'Message undeliverable', count: 4 },
    ];
    await scene.dataSource.getRepository(BulkSendEntity).update({ id: bulkSend.id }, { failures });
    const { countries, errors, hours } = await scene.bulk.breakdown(bulkSend.id);
    expect(countries[0]).toEqual({
      country: 'AR',
      pending: 0,
      unconfirmed: 1,
      sent: 2,
      delivered: 2,
      read: 1,
      failed: 0,
    });
    expect(hours).toEqual([
      { at: new Date(NOON), sent: 2, delivered: 2, read: 1, failed: 0 },
      { at: new Date(NOON + HOUR), sent: 0, delivered: 0, read: 0, failed: 1 },
      { at: new Date(NOON + 3 * HOUR), sent: 0, delivered: 0, read: 0, failed: 1 },
    ]);
    expect(errors).toEqual([
      { ...failures[1], meaning: expect.stringContaining('.'), mayPass: false },
      { ...failures[0], meaning: null, mayPass: false },
    ]);
  });

  it('counts messages to erased people as of no known country', async () => {
    const [row] = await scene.rows(bulkSend);
    await scene.dataSource
      .getRepository(MessageEntity)
      .update({ id: row?.id ?? 0 }, { recipientPhone: '', userId: null });
    const { countries } = await scene.bulk.breakdown(bulkSend.id);
    expect(countries.find(({ country }) => country === null)).toMatchObject({ sent: 1 });
  });
});
