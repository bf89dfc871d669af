import { describe, expect, it } from 'vitest';
import { readMoment, readPeriodEnd } from '../lib/moment.js';

const moment = (value: unknown) => readMoment(value).at?.toISOString();
const start = (value: unknown) => readPeriodEnd(value, 'start').at?.toISOString();
const end = (value: unknown) => readPeriodEnd(value, 'end').at?.toISOString();

describe('A moment', () => {
  it.each([
    ['2026-11-16T21:30:00Z', '2026-11-16T21:30:00.000Z'],
    ['2026-11-16T21:30Z', '2026-11-16T21:30:00.000Z'],
    ['2026-11-16 21:30:00z', '2026-11-16T21:30:00.000Z'],
    ['2026-11-16T21:30:00.5-03:00', '2026-11-17T00:30:00.500Z'],
    ['2026-11-16T21:30:00-0300', '2026-11-17T00:30:00.000Z'],
    ['2026-11-16T21:30:00-03', '2026-11-17T00:30:00.000Z'],
    ['2026-11-16T21:30:00 03:00', '2026-11-16T18:30:00.000Z'],
    ['2026-11-16T21:30:00.123456+00:00', '2026-11-16T21:30:00.123Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('is %s', (text, at) => {
    expect([moment(text), start(text), end(text)]).toEqual([at, at, at]);
  });

  it.each([
    ['2026-02-30T00:00:00Z', /the calendar has no 2026-02-30/],
    ['2026-13-01T00:00:00Z', /the calendar has no 2026-13-01/],
    ['2026-11-16T25:00:00Z', /no clock shows 25:00:00/],
    ['2026-11-16T10:60:00Z', /no clock shows/],
    ['2026-11-16T10:00:00+99:00', /no clock shows/],
    ['2026-W47-1T21:30:00Z', /ISO 8601/],
    ['16/11/2026', /ISO 8601/],
    ['tomorrow', /ISO 8601/],
    ['', /ISO 8601/],
    [1_795_000_000_000, /ISO 8601/],
    [null, /ISO 8601/],
    [['2026-11-16T21:30:00Z'], /ISO 8601/],
  ])('is not %j, and the problem says why', (value, problem) => {
    for (const read of [readMoment(value), readPeriodEnd(value, 'start'), readPeriodEnd(value, 'end')]) {
      expect(read).toEqual({ problem: expect.stringMatching(problem) });
    }
  });

  it('needs a time and a zone', () => {
    expect(readMoment('2026-11-16').problem).toMatch(/must have a time/);
    expect(readMoment('2026-11-16T21:30:00').problem).toMatch(/must have a zone/);
  });
});

describe('The end of a period', () => {
  it('is a day as well: its first moment in UTC, or the first one after it', () => {
    expect([start('2025-11-01'), end('2025-11-01')]).toEqual(['2025-11-01T00:00:00.000Z', '2025-11-02T00:00:00.000Z']);
    expect(end('2025-12-31')).toBe('2026-01-01T00:00:00.000Z');
    expect(readPeriodEnd('2025-02-29', 'start').problem).toMatch(/the calendar has no 2025-02-29/);
  });

  it('is in UTC where it names no zone', () => {
    expect(start('2025-11-01T10:00:00')).toBe('2025-11-01T10:00:00.000Z');
  });
});
