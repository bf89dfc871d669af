import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SendingPauseEntity } from '../../lib/accounts/sending-pause.entity.js';
import { SendingOutageEntity } from '../../lib/accounts/sending-outage.entity.js';
import { SendingOutages } from '../../lib/accounts/sending-outages.js';
import { type NewSendingPause, SendingPauses } from '../../lib/accounts/sending-pauses.js';
import { migratedDatabase, openDatabase } from '../store/open-database.js';
import { CapturedLog } from '../module/captured-log.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';

const NOW = new Date('2026-03-04T05:06:07.890Z');
const MINUTE = 60_000;

const inMinutes = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);

/** A number's pause without an end. */
const LOCKED: NewSendingPause = {
  scope: 'number',
  subjectId: '106540352242922',
  code: '131031',
  message: '(#131031) Account has been locked.',
  until: null,
};
const maintenance = (until: Date): NewSendingPause => ({
  ...LOCKED,
  code: '131057',
  message: '(#131057) Account in maintenance mode.',
  until,
});
const ofAccount: NewSendingPause = { ...LOCKED, scope: 'account', subjectId: '102290129340398' };

describeEachDatabase('SendingPauses', (database) => {
  let fresh: FreshDatabase;
  let connections: DataSource[];
  let log: CapturedLog;
  /** As several processes have them, and those of the first. */
  let all: SendingPauses[];
  let pauses: SendingPauses;

  beforeAll(async () => {
    fresh = await database.create();
    connections = [await migratedDatabase(fresh), await openDatabase(fresh), await openDatabase(fresh)];
  });
  afterAll(async () => {
    for (const connection of connections) await connection.destroy();
    await fresh.drop();
  });
  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: NOW });
    log = new CapturedLog();
    const repositories = connections.map((connection) => connection.getRepository(SendingPauseEntity));
    const options = { pauseAfterUnknown: 10, trialDelays: [1_000], trialTimeout: 60_000 };
    const feed = { note() {} };
    all = connections.map((connection, index) => {
      const outages = new SendingOutages(options, connection.getRepository(SendingOutageEntity), log, feed);
      return new SendingPauses(repositories[index] ?? connection.getRepository(SendingPauseEntity), log, outages, feed);
    });
    pauses = pausesOf(0);
    await repositories[0]?.clear();
  });
  afterEach(() => void vi.useRealTimers());

  /** Those of one process after the other. */
  function pausesOf(turn: number): SendingPauses {
    const own = all[turn % all.length];
    if (!own) throw new Error('There is no process.');
    return own;
  }
  const paused = () => pauses.of(LOCKED.subjectId, ofAccount.subjectId);
  const later = (minutes: number) => vi.setSystemTime(inMinutes(minutes));

  it('keep no one from sending who is not paused', async () => {
    expect(await paused()).toBeNull();
    await pauses.pause({ ...LOCKED, subjectId: '1' });
    await pauses.pause({ ...ofAccount, subjectId: '2' });
    await pauses.pause({ ...LOCKED, subjectId: ofAccount.subjectId });
    await pauses.pause({ ...ofAccount, subjectId: LOCKED.subjectId });
    expect(await paused()).toBeNull();
  });

  it.each([
    ['a number', LOCKED],
    ['an account', ofAccount],
  ])('keep %s from sending, and report since when, why and until when', async (_, pause) => {
    await pauses.pause(pause);
    expect(await paused()).toEqual({ ...pause, since: NOW });
    expect(await pauses.list()).toEqual([{ ...pause, since: NOW }]);
  });

  it('end by themselves when their time is over', async () => {
    await pauses.pause(maintenance(inMinutes(1)));
    vi.setSystemTime(inMinutes(1).getTime() - 1);
    expect(await paused()).toMatchObject({ code: '131057' });
    later(1);
    expect(await paused()).toBeNull();
    expect(await pauses.list()).toEqual([]);
  });

  it.each([
    ['number', maintenance(inMinutes(3)), { ...ofAccount, until: inMinutes(2) }],
    ['number', LOCKED, { ...ofAccount, until: inMinutes(2) }],
    ['account', maintenance(inMinutes(1)), { ...ofAccount, until: inMinutes(2) }],
    ['account', maintenance(inMinutes(1)), ofAccount],
    ['number', maintenance(inMinutes(3)), { ...ofAccount, until: inMinutes(0) }],
    ['account', maintenance(inMinutes(0)), ofAccount],
  ])('of number and account count the longer one, the %s’s', async (scope, number, account) => {
    await pauses.pause(number);
    await pauses.pause(account);
    expect(await paused()).toMatchObject({ scope });
  });

  describe('of what is paused already', () => {
    it.each([
      ['a later end', maintenance(inMinutes(1)), maintenance(inMinutes(2))],
      ['no end', maintenance(inMinutes(1)), LOCKED],
    ])('take over %s, and are as old as they were', async (_, first, second) => {
      await pauses.pause(first);
      vi.setSystemTime(NOW.getTime() + 1);
      await pauses.pause(second);
      expect(await pauses.list()).toEqual([{ ...second, since: NOW }]);
    });

    it.each([
      ['an earlier end', maintenance(inMinutes(2)), maintenance(inMinutes(1))],
      ['an end in place of none', LOCKED, maintenance(inMinutes(2))],
      ['another reason for as long', LOCKED, { ...LOCKED, code: '368', message: 'Another.' }],
    ])('leave out %s', async (_, first, second) => {
      await pauses.pause(first);
      await pauses.pause(second);
      expect(await pauses.list()).toEqual([{ ...first, since: NOW }]);
    });

    it('begin anew when the one before was over', async () => {
      await pauses.pause(maintenance(inMinutes(1)));
      later(1);
      await pauses.pause(maintenance(inMinutes(2)));
      expect(await pauses.list()).toEqual([{ ...maintenance(inMinutes(2)), since: inMinutes(1) }]);
      expect(log.linesAfterStart).toHaveLength(2);
    });
  });

  it('of many that come at once are one, the longest, and one warning', async () => {
    for (let round = 1; round <= 5; round += 1) {
      const given = Array.from({ length: 24 }, (_, index) => maintenance(inMinutes(index + 1)));
      await Promise.all(given.map((pause, turn) => pausesOf(turn).pause(pause)));
      expect(await pauses.list()).toEqual([{ ...maintenance(inMinutes(24)), since: NOW }]);
      expect(log.linesAfterStart).toEqual([expect.stringMatching(/^warn /)]);
      await pauses.resume('number', LOCKED.subjectId);
      log.lines.length = 0;
    }
  });

  it('that begin while others are ended leave nothing half done', async () => {
    for (let round = 1; round <= 5; round += 1) {
      await Promise.all(
        Array.from({ length: 24 }, async (_, turn) => {
          if (turn % 4 === 3) await pausesOf(turn).resume('number', LOCKED.subjectId);
          else await pausesOf(turn).pause(LOCKED);
        }),
      );
    }
    await pauses.pause(LOCKED);
    expect(await pauses.list()).toEqual([{ ...LOCKED, since: NOW }]);
  });

  it('are ended by a person, who hears whether there was one', async () => {
    await pauses.pause(LOCKED);
    await pauses.pause(ofAccount);
    expect(await pauses.resume('number', ofAccount.subjectId)).toBe(false);
    expect(await pauses.resume('number', LOCKED.subjectId)).toBe(true);
    expect(await pauses.resume('number', LOCKED.subjectId)).toBe(false);
    expect(await paused()).toMatchObject({ scope: 'account' });
    await pauses.pause(maintenance(inMinutes(1)));
    later(1);
    expect(await pauses.resume('number', LOCKED.subjectId)).toBe(false);
  });

  it('that were prolonged or began anew are not ended in place of the one that was read', async () => {
    await pauses.pause(maintenance(inMinutes(1)));
    const [read] = await pauses.list();
    if (!read) throw new Error('The number should have been paused.');
    await pauses.pause(maintenance(inMinutes(2)));
    expect(await pauses.end(read)).toBe(false);

    await pauses.resume('number', LOCKED.subjectId);
    vi.setSystemTime(NOW.getTime() + 1);
    await pauses.pause(maintenance(inMinutes(1)));
    expect(await pauses.end(read)).toBe(false);
    expect(await paused()).toMatchObject({ code: '131057' });

    const [now] = await pauses.list();
    expect(now && (await pauses.end(now))).toBe(true);
    expect(await paused()).toBeNull();
  });

  it('are cleared away when their time is over, and none before', async () => {
    const { subjectId } = ofAccount;
    await pauses.pause(maintenance(inMinutes(1)));
    await pauses.pause({ ...maintenance(inMinutes(2)), subjectId });
    await pauses.pause(ofAccount);
    later(1);
    log.lines.length = 0;
    await pauses.endThoseOver();
    expect(log.linesAfterStart).toEqual([`log Sending from phone number ${LOCKED.subjectId} goes on.`]);
    vi.setSystemTime(NOW);
    expect(await pauses.list()).toMatchObject([{ scope: 'account' }, { scope: 'number', subjectId }]);
  });

  it('that wait for a new access token end with it, and no others', async () => {
    for (const code of ['190', '0', '200', '210', '131005', 'ACCESS_TOKEN_MISSING']) {
      await pauses.pause({ ...ofAccount, code });
      await pauses.endForNewToken(ofAccount.subjectId);
      expect(await paused()).toBeNull();
    }
    for (const code of ['131031', '368', 'META_UNREACHABLE', null]) {
      await pauses.pause({ ...ofAccount, code });
      await pauses.endForNewToken(ofAccount.subjectId);
      expect(await paused()).toMatchObject({ code });
      await pauses.resume('account', ofAccount.subjectId);
    }
    await pauses.endForNewToken('404');
  });

  describe('are logged', () => {
    it.each([
      [
        maintenance(inMinutes(1)),
        'warn Sending from phone number 106540352242922 is paused until 2026-03-04T05:07:07.890Z: ' +
          '(#131057) Account in maintenance mode. (131057)',
      ],
      [
        LOCKED,
        'warn Sending from phone number 106540352242922 is paused: (#131031) Account has been locked. (131031) It goes ' +
          'on when Meta says that it can send, which is asked every 5 minutes, or after ' +
          "AccountsService.resumeSending('106540352242922').",
      ],
      [
        { ...ofAccount, code: '190', message: 'The token has expired.' },
        'warn Sending from all numbers of business account 102290129340398 is paused: The token has expired. (190) It ' +
          'goes on when Meta says that it can send, which is asked every 5 minutes, or after a new access token, in the ' +
          'options or by AccountsService.add(), or after AccountsService.resumeSending(the id of one of its numbers).',
      ],
    ])('when they begin, with what ends them', async (pause, line) => {
      await pauses.pause(pause);
      await pauses.pause(pause);
      expect(log.linesAfterStart).toEqual([line]);
    });

    it('when they no longer end by themselves', async () => {
      await pauses.pause(maintenance(inMinutes(1)));
      await pauses.pause(maintenance(inMinutes(2)));
      await pauses.pause(LOCKED);
      expect(log.linesAfterStart).toEqual([
        expect.stringContaining('is paused until'),
        expect.stringContaining('is paused: '),
      ]);
    });

    it('when they end', async () => {
      await pauses.pause(ofAccount);
      await pauses.resume('account', ofAccount.subjectId);
      await pauses.resume('account', ofAccount.subjectId);
      expect(log.linesAfterStart.slice(1)).toEqual([
        `log Sending from all numbers of business account ${ofAccount.subjectId} goes on.`,
      ]);
    });
  });
});
