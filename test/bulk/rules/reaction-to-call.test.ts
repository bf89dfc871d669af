import {
  errorCatalogue,
  MetaApiError,
  MetaUnreachableError,
  OutcomeUnknownError,
  ValidationError,
} from 'nestjs-whatsapp';
import { describe, expect, it } from 'vitest';
import type { FailedOutcome } from '../../../lib/graph/graph-outcome.js';
import type { GraphFailureReason } from '../../../lib/graph/meta-outcome.errors.js';
import type { MetaErrorAnswer, MetaRefusal } from '../../../lib/graph/meta-api.error.js';
import { type CallCircumstances, reactionToCall } from '../../../lib/bulk/send/call-reactions.js';

const NOW = new Date('2026-03-04T05:06:07.890Z');

const inSeconds = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

function refusal(code: number | null, error: Partial<MetaRefusal> = {}, answer: Partial<MetaErrorAnswer> = {}) {
  const message = `(#${code}) Meta's words`;
  return new MetaApiError({ code, message, isTransient: false, ...error }, { httpStatus: 400, ...answer });
}

function outcomeWith(error: unknown): FailedOutcome {
  if (error instanceof MetaApiError) return { kind: 'refused', error };
  return error instanceof OutcomeUnknownError ? { kind: 'unknown', error } : { kind: 'notSent', error };
}

const react = (error: unknown, circumstances: Partial<CallCircumstances> = {}) =>
  reactionToCall(outcomeWith(error), { retries: 0, limitUsedUp: false, now: NOW, ...circumstances });

const WAITS = { kind: 'retry', at: null, counts: false };
const FAILS = { kind: 'failed', at: NOW };

describe('a refusal of Meta', () => {
  it.each([
    ['131026', 131026],
    ['131030', 131030],
    ['131021', 131021],
    ['131047', 131047],
    ['131049', 131049],
    ['131050', 131050],
    ['130472', 130472],
    ['132005', 132005],
    ['100', 100],
    ['that is not in the catalogue', 999_999],
  ])('with code %s fails the message with Meta’s code and words, and stops nothing else', (_, code) => {
    const { outcome, stop } = react(refusal(code, { details: 'Details.', fbtraceId: 'Trace' }));
    expect(stop).toBeUndefined();
    const isDeferred = code === 131049 || code === 130472;
    expect(outcome).toEqual({
      ...FAILS,
      mayPassAt: isDeferred ? inSeconds(86_400) : null,
      failure: {
        errorCode: String(code),
        errorMessage: `(#${code}) Meta's words`,
        errorDetails: 'Details.',
        errorTraceId: 'Trace',
      },
    });
  });

  it.each([
    ['2', 2, 5],
    ['131016', 131016, 5],
    ['131000', 131000, 4],
    ['1', 1, 3],
  ])('with code %s is tried again later, %i tries in all', (_, code, tries) => {
    for (let retries = 0; retries < tries - 1; retries += 1) {
      const { outcome, stop } = react(refusal(code), { retries });
      const at = outcome.kind === 'retry' && outcome.at ? outcome.at.getTime() - NOW.getTime() : 0;
      expect({ ...outcome, stop }).toMatchObject({ kind: 'retry', counts: true, stop: undefined });
      expect(at).toBeGreaterThanOrEqual(2 ** retries * 1_000);
      expect(at).toBeLessThanOrEqual(1.5 * 2 ** retries * 1_000);
    }
    expect(react(refusal(code), { retries: tries - 1 }).outcome).toMatchObject(FAILS);
  });

  it.each([
    ['by the header', { httpStatus: 500, retryAfter: 17 }, 131016, 17],
    ['by the catalogue', {}, 133015, 300],
  ])('with a time to try again, %s, is tried then', (_, answer, code, seconds) => {
    const outcome = { kind: 'retry', at: inSeconds(seconds), counts: true };
    expect(react(refusal(code, {}, answer))).toEqual({ outcome });
  });

  it('for the pair of numbers defers this recipient alone, for 4^n seconds', () => {
    for (const [retries, seconds] of [1, 4, 16, 64, 256, 1_024, 4_096].entries()) {
      const outcome = { kind: 'retry', at: inSeconds(seconds), counts: true };
      expect(react(refusal(131056), { retries })).toEqual({ outcome });
    }
    expect(react(refusal(131056), { retries: 7 }).outcome).toMatchObject(FAILS);
  });

  it('for the throughput slows the number down and tries a second later, however often', () => {
    for (const retries of [0, 100]) {
      expect(react(refusal(130429), { retries })).toEqual({
        outcome: { ...WAITS, at: inSeconds(1) },
        stop: { kind: 'slow-number' },
      });
    }
  });

  it.each([
    ['130429 with a time', 130429, { retryAfter: 7 }, 'pause-number', 7],
    ['131057', 131057, {}, 'pause-number', 60],
    ['80007', 80007, {}, 'pause-account', 60],
    ['4 with a time', 4, { retryAfter: 90 }, 'pause-account', 90],
    ['no code: HTTP 429', null, { httpStatus: 429, retryAfter: 5 }, 'pause-account', 5],
    ['no code and no time', null, { httpStatus: 429 }, 'pause-account', 60],
    ['131045', 131045, {}, 'pause-number', null],
    ['133010', 133010, {}, 'pause-number', null],
    ['131048', 131048, {}, 'pause-number', null],
    ['368', 368, {}, 'pause-account', null],
    ['131031', 131031, {}, 'pause-account', null],
    ['131042', 131042, {}, 'pause-account', null],
    ['131064', 131064, {}, 'pause-account', null],
    ['0', 0, {}, 'pause-account', null],
    ['190', 190, {}, 'pause-account', null],
    ['10', 10, {}, 'pause-account', null],
    ['131005', 131005, {}, 'pause-account', null],
    ['134101', 134101, {}, 'defer-bulk-send', 600],
  ])('with %s pauses, and costs the message no try', (_, code, answer, kind, seconds) => {
    const { outcome, stop } = react(refusal(code, {}, answer), { retries: 100 });
    expect(outcome).toEqual(WAITS);
    expect(stop).toEqual({
      kind,
      reason: { code: code === null ? null : String(code), message: expect.stringContaining("Meta's words") },
      until: seconds === null ? null : inSeconds(seconds),
    });
  });

  it('for the messaging limit waits for it where it is used up by our own count', () => {
    expect(react(refusal(131048), { limitUsedUp: true })).toMatchObject({
      outcome: WAITS,
      stop: { kind: 'defer-for-limit', reason: { code: '131048' } },
    });
  });

  it.each([
    [132001, 'pause-template'],
    [132015, 'pause-template'],
    [132016, 'pause-template'],
    [132000, 'pause-bulk-send'],
    [132007, 'pause-bulk-send'],
    [132012, 'pause-bulk-send'],
    [131063, 'pause-bulk-send'],
  ])('with code %i: %s', (code, kind) => {
    expect(react(refusal(code), { retries: 100 })).toMatchObject({
      outcome: WAITS,
      stop: { kind, reason: { code: String(code) } },
    });
  });

  it('of any kind in the catalogue fails its message or has it wait, for its time or for what it met', () => {
    for (const code of Object.keys(errorCatalogue).map(Number)) {
      const { outcome, stop } = react(refusal(code));
      const waits = outcome.kind === 'retry' && (outcome.at !== null || stop !== undefined);
      const fails = outcome.kind === 'failed' && stop === undefined;
      expect([code, waits || fails]).toEqual([code, true]);
    }
  });
});

describe('a call without an answer', () => {
  it.each<GraphFailureReason>(['connection', 'timeout', 'answer'])(
    'that may have been carried out (%s) has an unknown outcome, whatever happened before',
    (reason) => {
      expect(react(new OutcomeUnknownError({ reason }), { retries: 100 })).toEqual({
        outcome: { kind: 'unknown' },
      });
    },
  );

  it.each<GraphFailureReason>(['connection', 'timeout', 'deadline', 'closed', 'aborted'])(
    'that was not sent (%s) costs no try, and is made again',
    (reason) => {
      expect(react(new MetaUnreachableError({ reason }), { retries: 100 })).toEqual({ outcome: WAITS });
    },
  );
});

describe('what is thrown before a call', () => {
  it('fails the message with its own code and words', () => {
    const problems = [{ path: 'variables.name', message: 'is missing.' }];
    const { outcome } = react(new ValidationError(problems));
    expect(outcome).toMatchObject({ ...FAILS, failure: { errorCode: 'VALIDATION_ERROR' } });
    const { outcome: unknown } = react(new TypeError('Broken.'));
    expect(unknown).toMatchObject({ ...FAILS, failure: { errorCode: 'NOT_SENT', errorMessage: 'Broken.' } });
  });
});
