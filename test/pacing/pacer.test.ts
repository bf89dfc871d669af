import { getEventListeners } from 'node:events';
import { expect, it, vi } from 'vitest';
import type { PacedNumber, Pacer } from '../../lib/pacing/pacer.js';
import { describeEachPacer } from './each-pacer.js';
import { untilTimers } from './pretended-time.js';
import { mostInOneSecond } from './sliding-second.js';

const number: PacedNumber = { phoneNumberId: '106540352242922', throughput: 80 };
const other: PacedNumber = { phoneNumberId: '106540352242923', throughput: 80 };

/** As a bulk send does: asks again as soon as it has sent what it had slots for. */
async function slotsFor(pacer: Pacer, paced: PacedNumber, messages: number): Promise<number[]> {
  const slots: number[] = [];
  while (slots.length < messages) slots.push(...(await pacer.slots(paced, Math.min(100, messages - slots.length))));
  return slots;
}

const perSecond = (slots: readonly number[]) =>
  ((slots.length - 1) / (Math.max(...slots) - Math.min(...slots))) * 1_000;
const ascending = (times: readonly number[]) => times.toSorted((one, another) => one - another);

describeEachPacer('a pacer', (start) => {
  it.each([
    { throughput: 20, messages: 200 },
    { throughput: 80, messages: 800 },
    { throughput: 1_000, messages: 10_000 },
  ])('uses 95 % of $throughput messages per second, however many ask', async ({ throughput, messages }) => {
    await using run = await start();
    const sends = Array.from({ length: 4 }, () => slotsFor(run.pacer, { ...number, throughput }, messages / 4));
    const slots = (await run.leapThrough(Promise.all(sends))).flat();
    expect(slots).toHaveLength(messages);
    expect(perSecond(slots) / (throughput * 0.95)).toBeCloseTo(1, 3);
    expect(mostInOneSecond(slots)).toBeLessThanOrEqual(throughput);
  });

  it('holds bulk and single messages within the throughput together', async () => {
    await using run = await start();
    const bulk = slotsFor(run.pacer, number, 200);
    const singles: number[] = [];
    const sendSingle = async () => {
      await run.pacer.single(number);
      singles.push(performance.now());
    };
    for (let sent = 0; sent < 5; sent += 1) {
      await run.leapThrough(run.pacer.slots(number, 1));
      await run.leapThrough(Promise.all(Array.from({ length: 12 }, sendSingle)));
    }
    const slots = [...(await run.leapThrough(bulk)), ...singles];
    expect(slots).toHaveLength(260);
    // Timers know whole milliseconds, so that a single message is sent up to one after its slot.
    expect(mostInOneSecond(slots)).toBeLessThanOrEqual(80);
  });

  it('lets a single message pass all bulk ones that wait, and some that have their slots', async () => {
    await using run = await start();
    const given = await run.leapThrough(run.pacer.slots(number, 100));
    const waiting = Array.from({ length: 20 }, () => run.pacer.slots(number, 1));
    await run.leapThrough(run.pacer.single(number));
    expect(performance.now()).toBeLessThan(Math.max(...given));
    const later = (await run.leapThrough(Promise.all(waiting))).flat();
    expect(Math.min(...later)).toBeGreaterThan(Math.max(...given) + 20);
  });

  it('sends single messages in order of arrival, none before its slot', async () => {
    await using run = await start();
    const sent: { readonly message: number; readonly at: number }[] = [];
    const send = async (message: number) => {
      await run.pacer.single({ ...number, throughput: 20 });
      sent.push({ message, at: performance.now() });
    };
    await run.leapThrough(Promise.all([0, 1, 2, 3].map(send)));
    expect(sent.map(({ message }) => message)).toEqual([0, 1, 2, 3]);
    // The first is sent now; the next ones up to 25 ms before their positions, which are 52.6 ms apart.
    expect(sent.map(({ at }) => at - (sent[0]?.at ?? 0))).toEqual([0, 28, 81, 133]);
  });

  it('serves in order of arrival, and deals out in turn what it gives at once', async () => {
    await using run = await start();
    const served: number[] = [];
    const take = async (who: number) => {
      const slots = await run.pacer.slots(number, 100);
      served.push(who);
      return slots;
    };
    const shares = await run.leapThrough(Promise.all(Array.from({ length: 9 }, (_, who) => take(who))));
    expect(served).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    const firsts = shares.flatMap(([first = 0]) => first);
    expect(firsts).toEqual(ascending(firsts));
    const [one = [], another = [], third = []] = await run.leapThrough(
      Promise.all([0, 1, 2].map(() => run.pacer.slots({ ...other, throughput: 1_000 }, 100))),
    );
    expect([one.length, another.length, third.length]).toEqual([16, 16, 16]);
    expect(one.flatMap((slot, turn) => [slot, another[turn], third[turn]])).toEqual(
      ascending([...one, ...another, ...third]),
    );
  });

  it('keeps numbers apart', async () => {
    await using run = await start();
    await run.pacer.slowDown(other);
    const both = [slotsFor(run.pacer, number, 200), slotsFor(run.pacer, other, 100)] as const;
    const [fast, slow] = await run.leapThrough(Promise.all(both));
    expect(perSecond(fast)).toBeCloseTo(76, 1);
    expect(perSecond(slow)).toBeCloseTo(38, 1);
  });

  it('halves the pace when Meta refuses, and climbs back', async () => {
    await using run = await start();
    const paces: number[] = [];
    const look = async (later: number) => {
      vi.advanceTimersByTime(later);
      paces.push(await run.pacer.paceOf(number));
    };
    await look(0);
    await run.pacer.slowDown(number);
    await run.pacer.slowDown(number);
    await look(0);
    expect(perSecond(await run.leapThrough(slotsFor(run.pacer, number, 50)))).toBeCloseTo(38, 1);
    await run.pacer.slowDown(number).then(() => vi.advanceTimersByTime(2_000));
    await run.pacer.slowDown(number);
    await look(30_000);
    await look(30_000);
    await look(30_000);
    expect(paces).toEqual([76, 38, 38 / 2, 47.5, 76]);
  });

  it('gives the time of inbound messages to no one else', async () => {
    await using run = await start();
    await run.leapThrough(run.pacer.slots(number, 1));
    const before = performance.now();
    await run.pacer.count(number, 19);
    const [slot = 0] = await run.leapThrough(run.pacer.slots(number, 1));
    expect(slot - before).toBeCloseTo((1 + 19) * (1_000 / 76), 3);
  });

  it('goes by a raised limit at once, even if others always wait', async () => {
    await using run = await start();
    const slots: number[] = [];
    let throughput = 20;
    const send = async () => {
      while (slots.length < 200) {
        slots.push(...(await run.pacer.slots({ ...number, throughput }, 1)));
        if (slots.length >= 20) throughput = 80;
      }
    };
    await run.leapThrough(Promise.all([send(), send(), send()]));
    expect(perSecond(slots.slice(0, 20))).toBeCloseTo(19, 1);
    expect(perSecond(slots.slice(30))).toBeCloseTo(76, 1);
  });

  it('rejects with the reason as soon as the signal is aborted, and leaves neither timer nor listener', async () => {
    await using run = await start();
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error('The bulk send is paused.');
    const slow = { ...number, throughput: 1 };
    await run.leapThrough(Promise.all([run.pacer.slots(slow, 1, signal), run.pacer.single(other, signal)]));
    await run.pacer.count(slow, 1);
    expect(getEventListeners(signal, 'abort')).toEqual([]);

    const waiting = [
      run.pacer.slots(slow, 5, signal),
      run.pacer.slots(slow, 5, signal),
      run.pacer.single(slow, signal),
    ];
    const outcomes = Promise.allSettled(waiting);
    const someoneElse = new AbortController();
    const patient = run.pacer.slots(slow, 1, someoneElse.signal);
    // The next slot of a single message is half a second away, that of a bulk one a second.
    await untilTimers(2);
    controller.abort(reason);
    expect(await outcomes).toEqual(waiting.map(() => ({ status: 'rejected', reason })));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(vi.getTimerCount()).toBe(1);
    expect(await run.leapThrough(patient)).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    await expect(run.pacer.slots(slow, 1, signal)).rejects.toBe(reason);
    await expect(run.pacer.single(slow, signal)).rejects.toBe(reason);
  });

  it('rejects a single message that has its slot as soon as the signal is aborted', async () => {
    await using run = await start();
    await run.leapThrough(run.pacer.slots(number, 100));
    const controller = new AbortController();
    const single = run.pacer.single(number, controller.signal);
    await untilTimers(1);
    controller.abort();
    await expect(single).rejects.toBe(controller.signal.reason);
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it.each([0, -1, Number.NaN])('refuses %f messages, and a throughput of so many', async (wrong) => {
    await using run = await start();
    await expect(run.pacer.slots(number, wrong)).rejects.toThrow(RangeError);
    const unlimited = { ...number, throughput: wrong };
    await expect(run.pacer.slots(unlimited, 1)).rejects.toThrow(RangeError);
    await expect(run.pacer.single(unlimited)).rejects.toThrow(RangeError);
    await expect(run.pacer.count(unlimited, 1)).rejects.toThrow(RangeError);
  });
});
