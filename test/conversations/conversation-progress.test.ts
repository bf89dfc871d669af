import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterMessages,
  type Progress,
  type SaidMessage,
  together,
} from '../../lib/conversations/conversation-progress.js';

const NEW: Progress = {
  status: 'active',
  closedAt: null,
  unreadCount: 0,
  lastMessageAt: new Date(5_000),
  lastMessageLearnedAt: null,
  lastMessage: null,
  lastInboundAt: null,
  lastInboundLearnedAt: null,
  lastInboundWamid: null,
};

const inbound = (seconds: number, words: string, opensWindow = true, learned = seconds): SaidMessage => ({
  at: new Date(seconds * 1_000),
  learnedAt: new Date(learned * 1_000),
  words,
  inbound: { wamid: `wamid.${words}`, opensWindow },
});

const outbound = (seconds: number, words: string): SaidMessage => ({
  at: new Date(seconds * 1_000),
  learnedAt: new Date(seconds * 1_000),
  words,
});

const anyMessage = fc
  .record({
    seconds: fc.integer({ min: 1, max: 4 }),
    words: fc.string({ minLength: 1 }),
    kind: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ seconds, words, kind }) => (kind === 0 ? outbound(seconds, words) : inbound(seconds, words, kind === 1)));

describe('How far a conversation has come', () => {
  it('is the same after any order of the same messages, in any number of steps', () => {
    const messages = fc.array(anyMessage, { maxLength: 8 });
    const run = messages.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(list.length)),
    );
    fc.assert(
      fc.property(run, ([list, shuffled, cut]) => {
        const inTwo = afterMessages(afterMessages(NEW, shuffled.slice(0, cut)), shuffled.slice(cut));
        expect(inTwo).toEqual(afterMessages(NEW, list));
      }),
    );
  });

  it('takes the first message for the last one, also when it is older than the conversation', () => {
    expect(afterMessages(NEW, [inbound(2, 'hello')])).toMatchObject({
      lastMessage: 'hello',
      lastMessageAt: new Date(2_000),
      unreadCount: 1,
    });
  });

  it('is not moved back by a message that comes late', () => {
    const later = afterMessages(NEW, [inbound(9, 'later'), outbound(10, 'answer')]);
    expect(afterMessages(later, [inbound(8, 'late')])).toEqual({ ...later, unreadCount: 2 });
  });

  it('has the message for its last one that was learned of last within a second', () => {
    const sent = outbound(10.7, 'our own'); // by a clock that has milliseconds
    const answer = inbound(10, 'an answer', true, 11.5);
    for (const messages of [
      [sent, answer],
      [answer, sent],
    ]) {
      expect(afterMessages(NEW, messages)).toMatchObject({ lastMessage: 'an answer', lastInboundAt: new Date(10_000) });
    }
    expect(afterMessages(NEW, [answer, outbound(11.6, 'again')])).toMatchObject({ lastMessage: 'again' });
  });

  it('is opened by a customer whenever they write, and by us when we write after it was closed', () => {
    const closed: Progress = { ...NEW, status: 'closed', closedAt: new Date(8_000) };
    expect(afterMessages(closed, [inbound(1, 'late')])).toMatchObject({ status: 'active', closedAt: null });
    expect(afterMessages(closed, [outbound(9, 'new')])).toMatchObject({ status: 'active', closedAt: null });
    expect(afterMessages(closed, [outbound(7, 'reported again')])).toMatchObject({ status: 'closed' });
  });

  it('does not open the service window by what customers do not write', () => {
    expect(afterMessages(NEW, [inbound(1, 'unsupported', false)])).toMatchObject({
      unreadCount: 1,
      lastInboundAt: null,
    });
  });

  it('is that of both when two conversations are one, whichever is first', () => {
    const messages = fc.array(anyMessage, { maxLength: 5 });
    fc.assert(
      fc.property(messages, messages, (ones, others) => {
        const joined = together(afterMessages(NEW, ones), afterMessages(NEW, others));
        expect(joined).toEqual(afterMessages(NEW, [...ones, ...others]));
      }),
    );
  });
});
