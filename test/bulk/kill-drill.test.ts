import { setTimeout as delay } from 'node:timers/promises';
import { BulkSendEntity, MessageEntity } from 'nestjs-whatsapp';
import { beforeAll, describe, expect, it } from 'vitest';
import { ProcessEntity } from '../../lib/process/process.entity.js';
import { builtLibrary } from '../support/built-library.js';
import { databases, type TestDatabase } from '../support/databases.js';
import { redis } from '../support/redis.js';
import { describeNotRun } from '../support/services/not-run.js';
import { Deployment } from './crashes/deployment.js';
import { AuditWatch } from './crashes/ledger-audit.js';
import { SeededRandom } from '../../bench/drill/seeded-random.js';

const DRILL_MS = 300_000;

/** Meta's code for a template that the Marketing Messages API does not send: it goes by the other endpoint. */
const REROUTED = 134_102;

/** A moment to kill a process at. */
type Moment = (deployment: Deployment, random: SeededRandom) => Promise<void>;

/** Messages are on their way. */
const whileSending: Moment = async (deployment, random) => {
  const [process] = deployment.running;
  if (process && deployment.waiting < 200) await deployment.create(process, random.between(300, 600));
  await deployment.more(random.between(1, 120));
};

/** `create` was called, and is anywhere between its first row and its answer. */
const whileAccepting: Moment = async (deployment, random) => {
  const [process] = deployment.running;
  if (process) void deployment.create(process, random.between(1, 400));
  await delay(random.between(0, 60));
};

/** The recipients of a bulk send are stored in part. */
const halfStored: Moment = async (deployment, random) => {
  const [process] = deployment.running;
  if (process) void deployment.create(process, random.between(1_050, 1_500), { every: 100, ms: 15 });
  const bulkSends = deployment.dataSource.getRepository(BulkSendEntity);
  const messages = deployment.dataSource.getRepository(MessageEntity);
  await deployment.until('Some recipients are stored', async () => {
    const accepting = await bulkSends.find({ where: { status: 'ACCEPTING' }, order: { createdAt: 'DESC' } });
    return accepting[0] !== undefined && (await messages.countBy({ bulkSendId: accepting[0].id })) > 0;
  });
};

/** The caller was answered that it is accepted. */
const onceAccepted: Moment = async (deployment, random) => {
  const [process] = deployment.running;
  if (process) await deployment.create(process, random.between(1, 400));
};

/** Another process was found dead, and is being taken over. */
const duringTakeover: Moment = async (deployment) => {
  const processes = deployment.dataSource.getRepository(ProcessEntity);
  await deployment.until('The dead are found', async () => (await processes.count()) === deployment.running.length);
};

interface Drill {
  readonly database: TestDatabase | undefined;
  readonly bull?: boolean;
  readonly processes?: number;
  /** Whether messages go by the Marketing Messages API, and every fifth or so, which it refuses, by the other endpoint. */
  readonly isMarketing?: boolean;
  readonly moments: readonly Moment[];
}

/** Kills processes at these moments, each time as many as chance wants, and starts others in their place. */
async function drill(
  { database, bull = false, processes = 1, isMarketing = false, moments }: Drill,
  random: SeededRandom,
): Promise<number> {
  if (!database) throw new Error('There is no such database.');
  const fresh = await database.create();
  await using deployment = await Deployment.create({
    database: fresh,
    redis: bull ? await redis.create() : undefined,
    options: {
      messagesPerSecond: 300,
      unconfirmedAfter: 2_000,
      marketing: isMarketing ? 'marketing-messages' : 'messages',
    },
  });
  const { meta } = deployment;
  // Theirs alone: what is drawn while time passes must not change which processes are killed when.
  const byTheWay = new SeededRandom(random.seed);
  const toOther = { path: /marketing_messages$/, times: Infinity, where: () => byTheWay.next() < 0.2 };
  meta.faults.next({ kind: 'error', code: REROUTED }, toOther);
  meta.faults.nextSend({ kind: 'delay', ms: 40 }, { times: Infinity, where: () => byTheWay.next() < 0.3 });
  const late = { kind: 'delay', ms: 80, when: 'after-accepting' } as const;
  meta.faults.nextSend(late, { times: Infinity, where: () => byTheWay.next() < 0.4 });

  const [first] = await Promise.all(Array.from({ length: processes }, () => deployment.start()));
  if (!first) throw new Error('No process was started.');
  await deployment.create(first, 1_100);
  await using watch = new AuditWatch(deployment, byTheWay);
  let kills = 0;
  for (const moment of moments) {
    await moment(deployment, random);
    const victims = random.some(random.between(1, processes), deployment.running);
    await Promise.all(victims.map((victim) => victim.kill()));
    kills += victims.length;
    await Promise.all(victims.map(() => deployment.start()));
  }
  await deployment.ended();
  expect((meta.refusals.get(REROUTED) ?? 0) > 0, 'messages that went by the other endpoint').toBe(isMarketing);
  expect(await watch.end(), 'counters that were no count of the rows').toEqual([]);
  expect(await deployment.expectTruth(), 'messages in doubt').toBeLessThan(meta.messageCount / 2);
  return kills;
}

beforeAll(async () => {
  await builtLibrary();
});

const postgres = databases.find(({ kind }) => kind === 'postgres');
const describeWithPostgres = postgres?.available ? describe.concurrent : describeNotRun('postgres');
const describeWithBull = redis.available ? describe.concurrent : describeNotRun('redis');

describe.concurrent('killed again and again, a bulk send reaches everybody once', () => {
  it(
    'with SQLite and the queue in the process',
    async () => {
      const random = SeededRandom.fromEnvironment();
      const database = databases.find(({ kind }) => kind === 'sqlite');
      const moments = [whileSending, halfStored, whileAccepting, duringTakeover, whileSending];
      await random.drill(async () => expect(await drill({ database, isMarketing: true, moments }, random)).toBe(5));
    },
    DRILL_MS,
  );

  describeWithPostgres('with Postgres', () => {
    it(
      'and the queue in the process',
      async () => {
        const random = SeededRandom.fromEnvironment();
        const moments = [whileSending, duringTakeover, halfStored, onceAccepted, whileSending];
        await random.drill(async () => expect(await drill({ database: postgres, moments }, random)).toBe(5));
      },
      DRILL_MS,
    );

    describeWithBull('and Bull', () => {
      it(
        'in one process',
        async () => {
          const random = SeededRandom.fromEnvironment();
          const moments = [whileSending, whileAccepting, onceAccepted, duringTakeover, whileSending];
          await random.drill(async () =>
            expect(await drill({ database: postgres, bull: true, moments }, random)).toBe(5),
          );
        },
        DRILL_MS,
      );

      it(
        'in three processes, of which any are killed',
        async () => {
          const random = SeededRandom.fromEnvironment();
          const moments = [whileSending, whileSending, halfStored, whileSending, duringTakeover, whileAccepting];
          await random.drill(async () => {
            const given = { database: postgres, bull: true, processes: 3, isMarketing: true, moments };
            const kills = await drill(given, random);
            expect(kills).toBeGreaterThanOrEqual(moments.length);
          });
        },
        DRILL_MS,
      );
    });
  });
});
