/** The moment that a text names, or what is wrong with it. */
export type ReadMoment =
  { readonly at: Date; readonly problem?: undefined } | { readonly at?: undefined; readonly problem: string };

const MOMENT_EXAMPLE = '2026-11-16T21:30:00Z';
const DAY_EXAMPLE = '2026-11-16';

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d(?::?\d\d)?)?$/i;

const DAY_MS = 24 * 3_600_000;

const REMEDY = `write it in ISO 8601 with its zone, such as ${MOMENT_EXAMPLE}`;

/** Reads an ISO 8601 date and time with its zone, such as `2026-11-16T21:30:00Z`. */
export function readMoment(value: unknown): ReadMoment {
  const text = quoted(value);
  if (DAY.test(text)) return { problem: `must have a time, too; ${REMEDY}.` };
  const [, day, time, zone] = MOMENT.exec(text) ?? [];
  if (day === undefined || time === undefined) {
    return { problem: `must be a date and time in ISO 8601 with its zone, such as ${MOMENT_EXAMPLE}.` };
  }
  if (zone === undefined) return { problem: `must have a zone; ${REMEDY}.` };
  return momentAt(day, time, zone);
}

/**
 * Reads one end of a period: a day in UTC, such as `2026-11-16`, or a moment, in UTC where it names no zone.
 * @param end of a day the `start` is its first moment, the `end` the first one after it
 */
export function readPeriodEnd(value: unknown, end: 'start' | 'end'): ReadMoment {
  const text = quoted(value);
  if (DAY.test(text)) {
    const { at, problem } = momentAt(text, '00:00', 'Z');
    return at ? { at: new Date(at.getTime() + (end === 'end' ? DAY_MS : 0)) } : { problem };
  }
  const [, day, time, zone = 'Z'] = MOMENT.exec(text) ?? [];
  if (day !== undefined && time !== undefined) return momentAt(day, time, zone);
  return { problem: `must be a day such as ${DAY_EXAMPLE}, or a moment in ISO 8601 such as ${MOMENT_EXAMPLE}.` };
}

/** In a query a plus that was not escaped is a space. */
const quoted = (value: unknown): string =>
  typeof value === 'string' ? value.trim().replace(/(:\d\d(?:\.\d+)?) (?=\d\d:?\d\d$)/, '$1+') : '';

function momentAt(day: string, time: string, zone: string): ReadMoment {
  if (!isDay(day)) return { problem: `must be a day that exists; the calendar has no ${day}.` };
  const at = new Date(`${day}T${time}${isoZone(zone)}`);
  return Number.isNaN(at.getTime())
    ? { problem: `must be a time that exists; no clock shows ${time}${zone}.` }
    : { at };
}

/** Whether the calendar has the day: JavaScript takes the 31st of February for the 3rd of March. */
export function isDay(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** As JavaScript reads it: `+03` and `+0300` are `+03:00`. */
const isoZone = (zone: string): string =>
  zone.toUpperCase().replace(/^([+-]\d\d):?(\d\d)?$/, (_, hours: string, minutes = '00') => `${hours}:${minutes}`);
