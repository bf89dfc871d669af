import 'reflect-metadata';
import { randomInt } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { migratedDatabase, openDatabase } from '../store/open-database.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import {
  MessagingLimitsOfTest,
  BudgetRows,
  type Clock,
  people,
  portfolio,
  countedAs,
} from './messaging-limits-scene.js';

const NUMBER = '813400';
const ROUNDS = 25;

describeEachDatabase('limits of two processes', (database) => {
  let fresh: FreshDatabase;
  let connections: DataSource[];
  let rows: BudgetRows;
  let clock: Clock;
  let processes: MessagingLimitsOfTest[];

  beforeAll(async () => {
    fresh = await database.create();
    const first = await migratedDatabase(fresh);
    connections = [first, await openDatabase(fresh)];
    rows = new BudgetRows(first);
  });
  afterAll(async () => {
    for (const connection of connections) await connection.destroy();
    await fresh.drop();
  });
  beforeEach(async () => {
    await rows.clear();
    clock = { now: Date.UTC(2026, 10, 21, 12) };
    processes = connections.map((connection) => new MessagingLimitsOfTest(connection, clock));
  });

  it('that reserve the last places at the same time give out each one once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      // The first time in each round, no one has counted for the portfolio yet.
      const shared = portfolio(30, `b-${round}`);
      const reserveAll = (from: number) =>
        Promise.all(
          [...processes, ...processes, ...processes].map((limits, turn) =>
            limits.reserve(shared, NUMBER, people(4, from + turn * 3)),
          ),
        );
      const grants = [...(await reserveAll(0)), ...(await reserveAll(100))];
      const sendable = new Set(grants.flatMap(({ allowed }) => [...allowed]));
      const places = grants.flatMap(({ reserved }) => [...reserved]);
      expect([sendable.size, places.length, new Set(places).size]).toEqual([30, 30, 30]);
    }
  });

  it('never let more people be sent to than the limit, whoever counts and gives back meanwhile', async () => {
    const shared = portfolio(12);
    const sendingTo: string[] = [];
    const sentTo = new Set<string>();
    let most = 0;
    const watch = () => void (most = Math.max(most, new Set([...sendingTo, ...sentTo]).size));
    const leave = (recipient: string) => sendingTo.splice(sendingTo.indexOf(recipient), 1);

    const send = async (limits: MessagingLimitsOfTest) => {
      for (let slice = 0; slice < ROUNDS; slice += 1) {
        const grant = await limits.reserve(shared, NUMBER, people(5, randomInt(20)));
        sendingTo.push(...grant.allowed);
        watch();
        await setImmediate();
        const refused = [...grant.allowed].filter(() => randomInt(10) < 9);
        const taken = [...grant.allowed].filter((recipient) => !refused.includes(recipient));
        for (const recipient of refused) leave(recipient);
        for (const recipient of taken) sentTo.add(recipient);
        watch();
        for (const recipient of taken) leave(recipient);
        await Promise.all([limits.release(shared, refused, grant), limits.count(shared, taken, new Date(clock.now))]);
      }
    };
    await Promise.all([...processes, ...processes].map(send));

    expect(most).toBeLessThanOrEqual(12);
    expect(sentTo.size).toBeGreaterThan(0);
    expect(Object.keys(await rows.entries())).toEqual(expect.arrayContaining([...sentTo].map(countedAs)));
    expect((await processes[0]?.usage(shared))?.used).toBeLessThanOrEqual(12);
  });

  it('that first count while single sends go out miss none of them', async () => {
    await rows.addAccount({ businessAccountId: 'a-1', ownerBusinessId: 'b-1', phoneNumberId: NUMBER });
    const [sender, reserver] = processes;
    const recipients = people(40);
    const sendAll = async () => {
      for (const recipientPhone of recipients) {
        const sentAt = new Date(clock.now);
        await rows.addMessages([{ phoneNumberId: NUMBER, recipientPhone, sentAt }]);
        await sender?.countMessage(portfolio(90), { phoneNumberId: NUMBER, recipientPhone }, sentAt);
      }
    };
    const reserve = async () => {
      await expect.poll(async () => (await sender?.usage(portfolio(90)))?.used, { interval: 1 }).toBeGreaterThan(9);
      return reserver?.reserve(portfolio(90), NUMBER, ['1']);
    };
    await Promise.all([sendAll(), reserve()]);
    expect(Object.keys(await rows.entries())).toEqual(['1', ...recipients.map(countedAs)].toSorted());
  });
});
