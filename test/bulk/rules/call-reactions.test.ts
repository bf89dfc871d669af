import { BulkSendEntity } from 'nestjs-whatsapp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SendingPauses } from '../../../lib/accounts/sending-pauses.js';
import { BulkLifecycle } from '../../../lib/bulk/lifecycle.js';
import { CallReactions } from '../../../lib/bulk/send/call-reactions.js';
import { type SendableBulkSend, SendableBulkSends } from '../../../lib/bulk/send/sendable-bulk-sends.js';
import { TemplatePauses } from '../../../lib/bulk/template-pauses.js';
import type { Stop } from '../../../lib/graph/reactions.js';
import { MessagingLimits } from '../../../lib/messages/messaging-limits.js';
import { PACER, type Pacer } from '../../../lib/pacing/pacer.js';
import { CapturedLog } from '../../module/captured-log.js';
import { BulkScene, recipientsOf } from '../bulk-scene.js';
import { Gate } from '../gate.js';

const NOW = new Date('2026-03-04T05:06:07.890Z');
const UNTIL = new Date('2026-03-04T06:00:00.000Z');
const REASON = { code: '80007', message: 'Meta’s words' };

describe('what a refused call stops', () => {
  const log = new CapturedLog();
  let scene: BulkScene;
  let reactions: CallReactions;
  /** What a bulk send's messages were sent with. */
  let state: SendableBulkSend;

  beforeAll(async () => {
    scene = await BulkScene.start({ options: { logger: log } });
    const read = vi.spyOn(scene.app.get(SendableBulkSends), 'of');
    await scene.ended(await scene.create(recipientsOf(1)));
    const [first] = await Promise.all(read.mock.results.map(({ value }) => value));
    state = first;
    reactions = scene.app.get(CallReactions);
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  const spied = () => {
    const lifecycle = scene.app.get(BulkLifecycle);
    const pacer: Pacer = scene.app.app.get(PACER, { strict: false });
    return {
      pause: vi.spyOn(scene.app.get(SendingPauses), 'pause').mockResolvedValue(),
      pauseTemplate: vi.spyOn(scene.app.get(TemplatePauses), 'pauseOne').mockResolvedValue(),
      pauseOnError: vi.spyOn(lifecycle, 'pauseOnError').mockResolvedValue(),
      deferForTemplate: vi.spyOn(lifecycle, 'deferForTemplate').mockResolvedValue(),
      deferForLimit: vi.spyOn(lifecycle, 'deferForLimit').mockResolvedValue(),
      slowDown: vi.spyOn(pacer, 'slowDown').mockResolvedValue(),
    };
  };
  let asked: ReturnType<typeof spied>;
  beforeEach(() => {
    asked = spied();
  });
  afterEach(() => vi.restoreAllMocks());

  const calls = () => Object.entries(asked).flatMap(([name, { mock }]) => mock.calls.map((given) => [name, ...given]));

  it.each<readonly [string, Stop, () => readonly unknown[]]>([
    [
      'the phone number until a time',
      { kind: 'pause-number', reason: REASON, until: UNTIL },
      () => ['pause', { scope: 'number', subjectId: state.phoneNumber.phoneNumberId, ...REASON, until: UNTIL }],
    ],
    [
      'the account until a person resumes it',
      { kind: 'pause-account', reason: REASON, until: null },
      () => {
        const subjectId = state.phoneNumber.account.businessAccountId;
        return ['pause', { scope: 'account', subjectId, ...REASON, until: null }];
      },
    ],
    ['the template', { kind: 'pause-template', reason: REASON }, () => ['pauseTemplate', state.bulkSend, REASON]],
    [
      'the bulk send',
      { kind: 'pause-bulk-send', reason: REASON },
      () => ['pauseOnError', state.bulkSend.id, REASON.message],
    ],
    [
      'the bulk send until Meta takes its template again',
      { kind: 'defer-bulk-send', reason: REASON, until: UNTIL },
      () => ['deferForTemplate', state.bulkSend.id, UNTIL, REASON.message],
    ],
    ['nothing, but the number is slowed down', { kind: 'slow-number' }, () => ['slowDown', state.number]],
  ])('is %s', async (_, stop, expected) => {
    await reactions.apply(stop, state);
    expect(calls()).toEqual([expected()]);
  });

  it.each([
    ['until there is room', 5_000, 5_000],
    ['for an hour, where the module counts no one who takes the room', 0, 3_600_000],
  ])('for the messaging limit is the bulk send, %s', async (_, delay, wait) => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    const estimate = vi.spyOn(scene.app.get(MessagingLimits), 'estimateDelay').mockResolvedValue(delay);
    await reactions.apply({ kind: 'defer-for-limit', reason: REASON }, state);
    vi.useRealTimers();
    expect(estimate).toHaveBeenCalledExactlyOnceWith(state.portfolio, 1);
    const until = new Date(NOW.getTime() + wait);
    expect(calls()).toEqual([['deferForLimit', state.bulkSend.id, until, REASON.message]]);
  });

  it('is written once for all messages in flight that met the same error, and all wait until it is', async () => {
    const gate = new Gate();
    asked.pauseOnError.mockImplementation(() => gate.pass());
    const stop: Stop = { kind: 'pause-bulk-send', reason: REASON };
    const ends: string[] = [];
    const all = [1, 2, 3].map(async () => {
      await reactions.apply(stop, state);
      ends.push('a message');
    });
    await gate.reached;
    ends.push('written');
    gate.open();
    await Promise.all(all);
    expect(ends).toEqual(['written', 'a message', 'a message', 'a message']);
    expect(calls()).toHaveLength(1);
    await reactions.apply(stop, state);
    expect(calls(), 'a later error').toHaveLength(2);
  });

  it('is written apart for another bulk send, another stop, and a pause without an end', async () => {
    const gate = new Gate();
    for (const spy of [asked.pause, asked.pauseTemplate]) spy.mockImplementation(() => gate.pass());
    const another = Object.assign(new BulkSendEntity(), state.bulkSend, { id: 'another' });
    const pause = { kind: 'pause-number', reason: REASON, until: UNTIL } as const;
    const all = [
      reactions.apply(pause, state),
      reactions.apply(pause, { ...state, bulkSend: another }),
      reactions.apply({ ...pause, kind: 'pause-account' }, state),
      reactions.apply({ ...pause, until: null }, state),
      reactions.apply({ kind: 'pause-template', reason: REASON }, state),
    ];
    gate.open();
    await Promise.all(all);
    expect(calls()).toHaveLength(all.length);
  });

  it('is tried again until it is stored', async () => {
    asked.pauseOnError.mockRejectedValueOnce(new Error('The database is away.'));
    await reactions.apply({ kind: 'pause-bulk-send', reason: REASON }, state);
    expect(calls()).toHaveLength(2);
  });

  it('does not wait for a pacer that is away: the number keeps its pace, with a warning', async () => {
    asked.slowDown.mockRejectedValue(new Error('Redis is away.'));
    await reactions.apply({ kind: 'slow-number' }, state);
    expect(calls()).toHaveLength(1);
    expect(log.lines).toContain(
      `warn Phone number ${state.number.phoneNumberId} could not be slowed down: Error: Redis is away.`,
    );
  });
});
