import { MessageEntity, MessagesService } from 'nestjs-whatsapp';
import { DataSource, type Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { WHATSAPP_DATA_SOURCE } from '../../lib/store/data-source.provider.js';
import { newMessage } from '../store/new-message.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

const START = Date.UTC(2026, 10, 1);
const MINUTE = 60_000;
const at = (minute: number) => new Date(START + minute * MINUTE);
const PHONE = '5491155550000';

describeEachDatabase('Lists of messages', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;
  let rows: Repository<MessageEntity>;
  let messages: MessagesService;
  let from: string;

  beforeAll(async () => {
    fresh = await database.create();
    app = await TestApp.start({ database: fresh.options });
    rows = app.get(DataSource).getRepository(MessageEntity);
    messages = app.get(MessagesService);
    from = app.meta.phoneNumber.id;
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await fresh.drop();
  });
  beforeEach(() => rows.createQueryBuilder().delete().execute());

  /** Rows with ids from 1, a minute apart. */
  const store = (...given: readonly Partial<MessageEntity>[]) =>
    rows.insert(
      given.map((fields, index) =>
        newMessage({ id: index + 1, phoneNumberId: from, createdAt: at(index), recipientPhone: PHONE, ...fields }),
      ),
    );

  const idsOf = async (asked: Parameters<MessagesService['list']>[0]) =>
    (await messages.list(asked)).items.map(({ id }) => id);

  const found = async (text: string) => (await messages.search(text)).map(({ id }) => id);

  it('are newest first, page by page, and without what customers wrote', async () => {
    await store({}, { direction: 'inbound', status: 'received' }, {}, {}, { createdAt: at(3) });
    const first = await messages.list({ limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual([5, 4]);
    const second = await messages.list({ limit: 2, cursor: first.nextCursor ?? '' });
    expect([second.items.map(({ id }) => id), second.nextCursor]).toEqual([[3, 1], null]);
  });

  it('have those of a status, a template, an error, a person, a number, a time', async () => {
    const failure = { status: 'failed' as const, errorCode: '131026' };
    await store(
      { templateName: 'welcome', status: 'read' },
      { templateName: 'Welcome', ...failure, failedAt: at(50) },
      { templateName: 'welcome', ...failure, errorCode: '131047', failedAt: at(40) },
      { recipientPhone: '12025550123', status: 'played' },
      { recipientPhone: '', userId: 'US.13491208655302741918' },
      { phoneNumberId: '999', bulkSendId: 'a3f2b8c9-4d5e-4f60-8a7b-9c0d1e2f3a4b' },
      { workspaceId: 77, templateName: 'welcome' },
    );
    expect(await idsOf({ status: 'read' })).toEqual([4, 1]);
    expect(await idsOf({ status: 'failed' })).toEqual([2, 3]);
    expect(await idsOf({ errorCode: '131047' })).toEqual([3]);
    expect(await idsOf({ template: 'welcome' })).toEqual([3, 1]);
    expect(await idsOf({ template: 'welcome', status: 'failed' })).toEqual([3]);
    expect(await idsOf({ phone: '+1 202-555-0123' })).toEqual([4]);
    expect(await idsOf({ phone: 'US.13491208655302741918' })).toEqual([5]);
    expect(await idsOf({ phoneNumberId: '999' })).toEqual([6]);
    expect(await idsOf({ bulkSendId: 'a3f2b8c9-4d5e-4f60-8a7b-9c0d1e2f3a4b' })).toEqual([6]);
    expect(await idsOf({ from: at(1), to: at(3) })).toEqual([3, 2]);
    expect(await idsOf({ status: 'failed', from: at(45) })).toEqual([2]);
  });

  it('say how far they have looked where few of many fit', async () => {
    const many = Array.from({ length: 5_300 }, () => ({}));
    many[0] = { status: 'unconfirmed' };
    for (let first = 0; first < many.length; first += 500) {
      const part = many.slice(first, first + 500);
      await rows.insert(
        part.map((fields, index) =>
          newMessage({ id: first + index + 1, phoneNumberId: from, createdAt: at(first + index), ...fields }),
        ),
      );
    }
    const page = await messages.list({ status: 'unconfirmed' });
    expect(page).toMatchObject({ items: [], searchedUntil: at(50), nextCursor: expect.any(String) });
    const next = await messages.list({ status: 'unconfirmed', cursor: page.nextCursor ?? '' });
    expect(next).toMatchObject({ items: [{ id: 1 }], searchedUntil: null, nextCursor: null });
  });

  it('refuse what makes no sense, all of it at once', async () => {
    await expect(messages.list({ phone: '12', from: new Date(Number.NaN) })).rejects.toMatchObject({
      problems: [{ path: 'phone' }, { path: 'from' }],
    });
    await expect(messages.list({ limit: 101 })).rejects.toMatchObject({ problems: [{ path: 'limit' }] });
    await expect(messages.list({ cursor: '?' })).rejects.toMatchObject({ problems: [{ path: 'cursor' }] });
  });

  it('are counted by hour and by what became of them', async () => {
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    const [now, before, long] = [new Date(hour), new Date(hour - 1), new Date(hour - 50 * 3_600_000)];
    await store(
      { createdAt: now, status: 'read' },
      { createdAt: now, status: 'failed' },
      { createdAt: now, direction: 'inbound', status: 'received' },
      { createdAt: now, workspaceId: 77 },
      { createdAt: before, status: 'delivered' },
      { createdAt: before, status: 'pending' },
      { createdAt: long, status: 'sent' },
    );
    const { hours, isCut } = await messages.activity({ hours: 3 });
    const none = { sent: 0, delivered: 0, read: 0, failed: 0, pending: 0 };
    expect([hours.slice(0, 2), isCut]).toEqual([
      [
        { at: new Date(hour - 2 * 3_600_000), ...none },
        { at: new Date(hour - 3_600_000), ...none, sent: 1, delivered: 1, pending: 1 },
      ],
      false,
    ]);
    expect(hours[2]).toMatchObject({ at: now, sent: 1, delivered: 1, read: 1, failed: 1, pending: 0 });
    const none2 = await messages.activity({ hours: 1, phoneNumberId: '404' });
    expect(none2.hours).toEqual([{ at: now, ...none }]);
    await expect(messages.activity({ hours: 0 })).rejects.toMatchObject({ problems: [{ path: 'hours' }] });
  });

  it('find what a text names', async () => {
    await store({ wamid: 'wamid.one' }, { recipientPhone: '12025550123' }, { workspaceId: 77, wamid: 'wamid.theirs' });
    expect(await found(' wamid.one ')).toEqual([1]);
    expect(await found('2')).toEqual([2]);
    expect(await found('+1 (202) 555-0123')).toEqual([2]);
    expect([await found('wamid.theirs'), await found('3'), await found('no such thing')]).toEqual([[], [], []]);
  });

  const FILTERS = [
    [{}],
    [{ status: 'failed' }],
    [{ status: 'delivered' }],
    [{ template: 'welcome' }],
    [{ errorCode: '131026' }],
    [{ phone: PHONE }],
    [{ from: at(1), to: at(3) }],
  ] as const;

  it.runIf(database.kind !== 'sqlite').each(FILTERS)('of %j are read by an index', async (asked) => {
    const plans = await plansOf(app, () => idsOf(asked));
    expect(plans).not.toMatch(/Seq Scan|"access_type": "ALL"/);
  });
});

/** How the database would run the statements on messages that an action runs. */
async function plansOf(app: TestApp, act: () => Promise<unknown>): Promise<string> {
  const dataSource: DataSource = app.app.get(WHATSAPP_DATA_SOURCE, { strict: false });
  const created = dataSource.createQueryRunner.bind(dataSource);
  const asked: { query: string; parameters: unknown[] }[] = [];
  dataSource.createQueryRunner = (mode) => {
    const runner = created(mode);
    const query = runner.query.bind(runner);
    runner.query = (text: string, parameters: unknown[] = [], ...rest: []) => {
      if (/FROM .?whatsapp_messages/.test(text)) asked.push({ query: text, parameters });
      return query(text, parameters, ...rest);
    };
    return runner;
  };
  try {
    await act();
  } finally {
    dataSource.createQueryRunner = created;
  }
  expect(asked).not.toEqual([]);
  const runner = dataSource.createQueryRunner();
  const isPostgres = dataSource.options.type === 'postgres';
  try {
    // A small table is read whole where that is allowed: what counts is that it need not be.
    if (isPostgres) await runner.query('SET enable_seqscan = off');
    const plans: string[] = [];
    for (const { query, parameters } of asked) {
      const plan: unknown = await runner.query(`EXPLAIN ${isPostgres ? '' : 'FORMAT=JSON '}${query}`, parameters);
      plans.push(JSON.stringify(plan).replaceAll('\\"', '"'));
    }
    if (isPostgres) await runner.query('RESET enable_seqscan');
    return plans.join('\n');
  } finally {
    await runner.release();
  }
}
