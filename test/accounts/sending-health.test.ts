import type { Account, PhoneNumber } from 'nestjs-whatsapp/testing';
import { SendingPauseEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SendingHealth } from '../../lib/accounts/sending-health.js';
import { SendingPauses, canSend } from '../../lib/accounts/sending-pauses.js';
import { CapturedLog } from '../module/captured-log.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { WorkspaceApp } from './workspace-app.js';

const PATIENCE = { timeout: 20_000 };
const REASON = { code: '131031', message: 'Account has been locked.' };

describe('what Meta says of its health', () => {
  it.each([
    ['AVAILABLE', true],
    ['LIMITED', true],
    ['BLOCKED', false],
    ['SOMETHING_NEW', false],
    [undefined, false],
  ])('%s: whether it can send is %s', (can_send_message, expected) => {
    expect(canSend({ can_send_message })).toBe(expected);
  });

  it('is nothing: it cannot send', () => {
    expect(canSend(undefined)).toBe(false);
  });
});

describeOn('sqlite', 'A pause without an end', (database) => {
  let fresh: FreshDatabase;
  let scene: WorkspaceApp;
  let log: CapturedLog;
  let account: Account;
  let number: PhoneNumber;

  beforeAll(async () => {
    fresh = await database.create();
  });
  afterAll(() => fresh.drop());
  beforeEach(async () => {
    log = new CapturedLog();
    const looks = vi.spyOn(SendingHealth.prototype, 'check');
    scene = await WorkspaceApp.start({
      database: fresh,
      configure: ({ phoneNumbers }) => ({ phoneNumberIds: phoneNumbers.map(({ id }) => id) }),
      options: { logger: log },
    });
    account = scene.meta.account;
    number = scene.meta.phoneNumber;
    // The look at the start is over before there is a pause to see.
    await Promise.all(looks.mock.results.map(({ value }) => value));
    looks.mockRestore();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await scene.app.get(DataSource).getRepository(SendingPauseEntity).clear();
    await scene[Symbol.asyncDispose]();
  });

  const pauses = () => scene.app.get(SendingPauses);
  const check = () => scene.app.get(SendingHealth).check();
  const pauseNumber = (until: Date | null = null, subjectId = number.id) =>
    pauses().pause({ ...REASON, scope: 'number', subjectId, until });
  const pauseAccount = (subjectId = account.id) =>
    pauses().pause({ ...REASON, scope: 'account', subjectId, until: null });
  const paused = async () => (await pauses().list()).map(({ scope }) => scope).toSorted();
  /** Of what Meta was asked the health. */
  const asked = () => scene.meta.requests.filter(({ query }) => query['fields'] === 'health_status');

  it('of a number ends when Meta says that it can send', async () => {
    number.status = 'BANNED';
    await pauseNumber();
    await check();
    expect(await paused()).toEqual(['number']);
    number.status = 'CONNECTED';
    await check();
    expect(await paused()).toEqual([]);
    expect(asked().map(({ method, path }) => [method, path])).toEqual(
      Array.from({ length: 2 }, () => ['GET', expect.stringMatching(new RegExp(`/${number.id}$`))]),
    );
    expect(log.linesAfterStart.slice(1)).toEqual([`log Sending from phone number ${number.id} goes on.`]);
  });

  it('of an account ends when Meta says that it can send', async () => {
    await pauseAccount();
    await check();
    expect(asked()).toMatchObject([{ path: expect.stringMatching(new RegExp(`/${account.id}$`)) }]);
    expect(await paused()).toEqual([]);
  });

  it('for the access token ends once Meta takes one again, and the log says once what to do', async () => {
    const { accessToken } = account;
    account.accessToken = 'EAAanother';
    await pauseAccount();
    await check();
    await check();
    expect(await paused()).toEqual(['account']);
    account.accessToken = accessToken;
    await check();
    expect(await paused()).toEqual([]);
    expect(log.linesAfterStart).toEqual([
      expect.stringMatching(/^warn .* is paused: /),
      expect.stringMatching(/^error The access token of business account .* lacks a permission: .* What to do: /),
      expect.stringMatching(/^debug Could not ask Meta whether all numbers of business account/),
      expect.stringMatching(/^debug Could not ask Meta whether all numbers of business account/),
      expect.stringMatching(/^log .* goes on/),
    ]);
  });

  it('is asked for again by itself, at start and every 5 minutes', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await pauseNumber();
    await scene.restart();
    await expect.poll(paused, PATIENCE).toEqual([]);
    await pauseNumber();
    vi.advanceTimersByTime(5 * 60_000);
    await expect.poll(paused, PATIENCE).toEqual([]);
  });

  it('keeps no app from starting or ending while Meta is silent', async () => {
    await pauseNumber();
    scene.meta.faults.next({ kind: 'silence' }, { times: Infinity });
    await scene.restart({ options: { logger: log, graph: { baseUrl: scene.meta.url, responseTimeout: 3_600_000 } } });
    await vi.waitFor(() => expect(asked()).toHaveLength(1), PATIENCE);
    await scene.restart();
    expect(await paused()).toEqual(['number']);
  });

  it('stays while Meta is out of reach, or refuses; those after it are asked for all the same', async () => {
    await scene.meta.down();
    await pauseNumber();
    await check();
    expect(await paused()).toEqual(['number']);
    await scene.meta.up();
    await pauseAccount();
    scene.meta.faults.next({ kind: 'error', code: 4 }, { path: number.id });
    await check();
    expect(await paused()).toEqual(['number']);
  });

  it('is all that Meta is asked for', async () => {
    await pauseNumber(new Date(Date.now() + 3_600_000));
    await check();
    expect(await paused()).toEqual(['number']);
    expect(asked()).toEqual([]);
  });

  it('stays where there is no one to ask as, and Meta is not asked', async () => {
    await pauseNumber(null, '404');
    await pauseAccount('405');
    await check();
    expect(await paused()).toEqual(['account', 'number']);
    expect(asked()).toEqual([]);
  });

  it('is not ended by an answer about one before it', async () => {
    await pauseNumber();
    scene.meta.faults.next({ kind: 'delay', ms: 300 }, { path: number.id });
    const checked = check();
    await vi.waitFor(() => expect(asked()).toHaveLength(1), PATIENCE);
    await pauses().resume('number', number.id);
    const resumedAt = Date.now();
    await vi.waitUntil(() => Date.now() > resumedAt, { interval: 1 });
    await pauseNumber();
    await checked;
    expect(await paused()).toEqual(['number']);
  });

  it('is not mistaken for one that is over, which is cleared away', async () => {
    await pauseNumber(new Date(Date.now() - 1));
    number.status = 'BANNED';
    await pauseNumber(null, '404');
    log.lines.length = 0;
    await check();
    expect(log.linesAfterStart).toEqual([`log Sending from phone number ${number.id} goes on.`]);
  });
});
