import { GraphApiServer } from 'nestjs-whatsapp/testing';
import type { DataSource, Repository } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MessageEntity } from '../../lib/messages/message.entity.js';
import { migratedDatabase } from '../store/open-database.js';
import { welcome } from './template-inputs.js';
import { builtLibrary } from '../support/built-library.js';
import { ChildProcess } from '../support/child-process.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';

const KEYS = 24;
const START_MS = 60_000;

const withKey = (key: string, to?: string) => {
  const body = { to };
  return welcome({ ...(to && { to }), idempotency: { key, scope: 'orders', body } });
};

beforeAll(async () => {
  await builtLibrary();
}, START_MS);

describeEachDatabase('one idempotency key in two processes', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let one: ChildProcess;
  let other: ChildProcess;
  let dataSource: DataSource;
  let rows: Repository<MessageEntity>;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    fresh = await database.create();
    dataSource = await migratedDatabase(fresh);
    [one, other] = await Promise.all([ChildProcess.start(fresh, meta), ChildProcess.start(fresh, meta)]);
    rows = dataSource.getRepository(MessageEntity);
  }, START_MS);
  afterAll(async () => {
    await one[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
    await dataSource.destroy();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(() => meta.clear());

  it('sends once when both are asked at the same moment, whichever is quicker', async () => {
    const keys = Array.from({ length: KEYS }, (_, index) => ({
      key: `race-${index}`,
      to: `+54911000000${10 + index}`,
    }));
    await Promise.all(
      keys.map(async ({ key, to }) => {
        const outcomes = await Promise.all([one, other].map((child) => child.sendTemplate(withKey(key, to))));
        const sent = outcomes.flatMap((outcome) => outcome.sent ?? []);
        expect(meta.sendsTo(to)).toBe(1);
        expect(new Set(sent.map(({ wamid }) => wamid))).toEqual(new Set([meta.messagesTo(to)[0]?.id]));
        const errors = outcomes.flatMap(({ error }) => error ?? []);
        for (const error of errors) expect(error).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
      }),
    );
    expect(await rows.count()).toBe(KEYS);
    for (const { key, to } of keys) {
      const [first, second] = [await one.sendTemplate(withKey(key, to)), await other.sendTemplate(withKey(key, to))];
      expect(first).toEqual({ sent: expect.objectContaining({ wamid: meta.messagesTo(to)[0]?.id }) });
      expect(second).toEqual(first);
    }
    expect(meta.messageCount).toBe(KEYS);
  });

  it(
    'is not stuck when the one that used it is killed in the middle of the call, and never sends again',
    async () => {
      meta.faults.nextSend({ kind: 'silence', when: 'after-accepting' });
      void one.sendTemplate(withKey('killed'));
      await meta.waitForMessages(1);
      await one.kill();
      const [left] = await rows.findBy({ status: 'sending' });
      expect(left).toBeDefined();
      expect(await other.sendTemplate(withKey('killed'))).toMatchObject({ error: { code: 'IDEMPOTENCY_CONFLICT' } });

      await rows.update({ id: left?.id }, { lapsesAt: new Date(Date.now() - 1) });
      for (let time = 1; time <= 2; time += 1) {
        expect(await other.sendTemplate(withKey('killed'))).toMatchObject({
          error: { code: 'OUTCOME_UNKNOWN', messageId: left?.id },
        });
      }
      expect(await rows.findOneByOrFail({ id: left?.id })).toMatchObject({ status: 'unconfirmed' });

      expect(meta.requestsTo('/messages', 'POST')).toHaveLength(1);
      expect(await other.sendTemplate(withKey('another'))).toMatchObject({ sent: { id: expect.any(Number) } });
    },
    START_MS,
  );
});
