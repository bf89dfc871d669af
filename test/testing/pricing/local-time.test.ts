import { describe, expect, it } from 'vitest';
import { dayOf, monthOf } from '../../../lib/testing/pricing/local-time.js';

const written = ({ start, end }: { readonly start: number; readonly end: number }): string[] =>
  [start, end].map((time) => new Date(time).toISOString());

describe('time in a zone', () => {
  it.each([
    ['UTC', '2026-11-17T00:00:00Z', '2026-11-17T00:00:00.000Z', '2026-11-18T00:00:00.000Z'],
    ['America/Los_Angeles', '2026-11-17T07:59:59.999Z', '2026-11-16T08:00:00.000Z', '2026-11-17T08:00:00.000Z'],
    ['Asia/Kathmandu', '2026-11-17T18:15:00Z', '2026-11-17T18:15:00.000Z', '2026-11-18T18:15:00.000Z'],
    // The clocks are set back, and forward, on these days; in Santiago they skip midnight.
    ['America/New_York', '2026-11-01T12:00:00Z', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    ['America/New_York', '2026-03-08T12:00:00Z', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
    ['America/Santiago', '2026-09-06T12:00:00Z', '2026-09-06T04:00:00.000Z', '2026-09-07T03:00:00.000Z'],
    ['America/Santiago', '2026-04-05T12:00:00Z', '2026-04-05T04:00:00.000Z', '2026-04-06T04:00:00.000Z'],
    ['Pacific/Auckland', '2026-04-05T00:00:00Z', '2026-04-04T11:00:00.000Z', '2026-04-05T12:00:00.000Z'],
    ['Pacific/Auckland', '2026-09-27T00:00:00Z', '2026-09-26T12:00:00.000Z', '2026-09-27T11:00:00.000Z'],
  ])('has the day in %s at %s', (timeZone, at, start, end) => {
    expect(written(dayOf(Date.parse(at), timeZone))).toEqual([start, end]);
  });

  it.each([
    ['America/Los_Angeles', '2026-12-01T07:59:59Z', '2026-11', '2026-11-01T07:00:00.000Z', '2026-12-01T08:00:00.000Z'],
    ['Pacific/Auckland', '2026-12-31T11:00:00Z', '2027-01', '2026-12-31T11:00:00.000Z', '2027-01-31T11:00:00.000Z'],
  ])('has the month in %s at %s', (timeZone, at, name, start, end) => {
    const month = monthOf(Date.parse(at), timeZone);
    expect(month.name).toBe(name);
    expect(written(month)).toEqual([start, end]);
  });
});
