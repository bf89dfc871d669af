import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { type BulkRecipient, type BulkSend, BulkSendEntity, MessagesService, whatsappEntities } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CapturedLog } from '../module/captured-log.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { BulkScene, phoneOf } from './bulk-scene.js';

const { name: template, language } = sampleTemplates.oneTimeCode;

const codeOf = (index: number) => `C0DE-${7_130 + index}`;
const ANY_CODE = /C0DE-\d/;

const recipients = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ phone: phoneOf(index), variables: { 1: codeOf(index) } }));

const textOf = (value: unknown): string => inspect(value, { depth: Infinity, maxArrayLength: Infinity });

const makeDue = ({ dataSource }: BulkScene, { id }: BulkSend) =>
  dataSource.getRepository(BulkSendEntity).update({ id }, { waitingUntil: new Date() });

const newKey = (): string => randomBytes(32).toString('base64');

describeOn('sqlite', 'one-time codes in a bulk send', (database) => {
  let fresh: FreshDatabase;
  let log: CapturedLog;
  let scene: BulkScene;

  beforeEach(async () => {
    fresh = await database.create();
    log = new CapturedLog();
    scene = await BulkScene.start({ database: fresh.options, options: { logger: log, unconfirmedAfter: 200 } });
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    if (ANY_CODE.test(log.text)) throw new Error(`A one-time code was logged: ${log.text}`);
    await fresh.drop();
  });

  const create = (count: number, changes: object = {}) =>
    scene.bulk.create({ template, language, recipients: recipients(count), ...changes });

  /** Everything in the database, as text. */
  async function stored(): Promise<string> {
    const tables = whatsappEntities.map((entity) => scene.dataSource.getMetadata(entity).tableName);
    return textOf(await Promise.all(tables.map((table) => scene.dataSource.query(`SELECT * FROM ${table}`))));
  }

  /** Everything that the services report of a bulk send. */
  async function published(id: string): Promise<string> {
    const results: unknown[] = [];
    for await (const row of scene.bulk.results(id)) results.push(row);
    const { items } = await scene.bulk.messages(id);
    const single = await Promise.all(items.map((row) => scene.app.get(MessagesService).get(row.id)));
    return textOf([await scene.bulk.get(id), await scene.bulk.list(), items, results, single]);
  }

  it('reach Meta in body and button, and are erased once they were sent', async () => {
    const bulkSend = await create(3);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 3 } });
    for (const index of [0, 1, 2]) {
      const [message] = scene.meta.messagesTo(phoneOf(index));
      expect(JSON.stringify(message?.body).split(codeOf(index))).toHaveLength(3);
    }
    expect((await scene.rows(bulkSend)).map(({ content }) => content)).toEqual([null, null, null]);
    expect(await stored()).not.toMatch(ANY_CODE);
    expect(await published(bulkSend.id)).not.toMatch(ANY_CODE);
  });

  it('are shown nowhere while they wait', async () => {
    const bulkSend = await create(3, { scheduledAt: '2099-01-01T00:00:00Z' });
    expect(await published(bulkSend.id)).not.toMatch(ANY_CODE);
    expect(await published(bulkSend.id)).toContain(phoneOf(2).slice(1));
    // They are kept for as long, or else nothing could be sent.
    expect(await stored()).toMatch(ANY_CODE);
  });

  describe('with encryption keys', () => {
    const [older, newer] = [newKey(), newKey()];

    const startedWith = async (encryptionKeys: readonly string[]) => {
      await scene[Symbol.asyncDispose]();
      const options = { logger: log, unconfirmedAfter: 200, encryptionKeys };
      scene = await BulkScene.start({ meta, database: fresh.options, options });
    };
    let meta: GraphApiServer;

    beforeEach(async () => {
      const phoneNumbers = [{ throughput: Infinity, messagingLimit: 'TIER_UNLIMITED' }];
      meta = await GraphApiServer.start({ accounts: [{ phoneNumbers, templates: [sampleTemplates.oneTimeCode] }] });
    });
    afterEach(() => meta.close());

    it('are encrypted while they wait, and sent with the key they were encrypted by', async () => {
      await startedWith([older]);
      const bulkSend = await create(3, { scheduledAt: '2099-01-01T00:00:00Z' });
      expect(await stored()).not.toMatch(ANY_CODE);
      expect(await published(bulkSend.id)).not.toMatch(ANY_CODE);
      expect(await published(bulkSend.id)).not.toContain('encrypted');

      await startedWith([newer, older]);
      await makeDue(scene, bulkSend);
      expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 3 } });
      expect(JSON.stringify(meta.messagesTo(phoneOf(1)))).toContain(codeOf(1));
      expect((await scene.rows(bulkSend)).map(({ content }) => content)).toEqual([null, null, null]);
    });

    it('wait for a person, and are not lost, when their key is missing', async () => {
      await startedWith([older]);
      const bulkSend = await create(2, { scheduledAt: '2099-01-01T00:00:00Z' });
      await startedWith([newer]);
      await makeDue(scene, bulkSend);
      const paused = await scene.until(bulkSend, ({ status }) => status === 'PAUSED');
      expect(paused.waiting?.message).toMatch(/one-time code of message \d+ was encrypted with a key/);

      await startedWith([newer, older]);
      await scene.bulk.resume(bulkSend.id);
      expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 2 } });
      expect([0, 1].map((index) => meta.sendsTo(phoneOf(index)))).toEqual([1, 1]);
    });
  });

  it('are erased when they fail, and cannot be sent again', async () => {
    scene.meta.faults.nextSend({ kind: 'error', code: 131049 }, { recipient: phoneOf(0) });
    scene.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' }, { recipient: phoneOf(1) });
    const bulkSend = await create(3);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'PARTIAL', counts: { sent: 1, failed: 2 } });
    expect(await stored()).not.toMatch(ANY_CODE);
    expect(await scene.bulk.retry(bulkSend.id, { includeUnknown: true })).toMatchObject({ retried: 0 });
    expect([0, 1, 2].map((index) => scene.meta.sendsTo(phoneOf(index)))).toEqual([0, 1, 1]);
  });

  it('are kept while their message is to be tried again', async () => {
    scene.meta.faults.nextSend({ kind: 'error', code: 131016 }, { recipient: phoneOf(0) });
    const bulkSend = await create(1);
    await scene.row(bulkSend, 0, ({ retries, status }) => retries === 1 && status === 'pending');
    expect(await published(bulkSend.id)).not.toMatch(ANY_CODE);
    await scene.passTime();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED' });
    expect(JSON.stringify(scene.meta.messagesTo(phoneOf(0)))).toContain(codeOf(0));
    expect(await stored()).not.toMatch(ANY_CODE);
  });

  it('are erased when the bulk send is cancelled', async () => {
    const bulkSend = await create(3, { scheduledAt: '2099-01-01T00:00:00Z' });
    await scene.bulk.cancel(bulkSend.id);
    await scene.ended(bulkSend);
    expect(await stored()).not.toMatch(ANY_CODE);
  });

  it('are hidden wherever Meta repeats them', async () => {
    const words = { message: `(#131009) ${codeOf(0)} is wrong`, details: `Not a code: ${codeOf(0)}` };
    scene.meta.faults.nextSend({ kind: 'error', code: 131009, ...words }, { recipient: phoneOf(0) });
    const pausing = { message: `Locked by ${codeOf(1)}`, details: codeOf(1) };
    scene.meta.faults.nextSend({ kind: 'error', code: 131031, ...pausing }, { recipient: phoneOf(1) });
    const bulkSend = await create(2);
    const { errors } = await scene.until(bulkSend, ({ counts, waiting }) => counts.failed === 1 && waiting !== null);
    expect(errors).toMatchObject([{ code: '131009', message: expect.stringContaining('is wrong') }]);
    expect(await published(bulkSend.id)).not.toMatch(ANY_CODE);
    expect(log.text).toContain('Locked by');
  });

  it('are not in the problems of recipients', async () => {
    const wrong: BulkRecipient[] = [
      { phone: '1', variables: { 1: codeOf(0) } },
      { phone: phoneOf(1), variables: { 1: `${codeOf(1)}${codeOf(1)}` } },
      { phone: phoneOf(2), variables: { code: codeOf(2) } },
      { phone: phoneOf(3), variables: { 1: codeOf(3) }, buttonVariables: { button_0: codeOf(4) } },
    ];
    const refused = await scene.bulk.create({ template, language, recipients: wrong }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'VALIDATION_ERROR' });
    expect(textOf(refused)).not.toMatch(ANY_CODE);
    expect(await stored()).not.toMatch(ANY_CODE);
    expect(textOf(await scene.bulk.dryRun({ template, language, recipients: wrong }))).not.toMatch(ANY_CODE);
  });
});
