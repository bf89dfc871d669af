/** A period by a time zone's clocks, in epoch milliseconds: from `start` until just before `end`. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** What `Intl` takes long to make. */
const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** The day of a moment in a time zone. */
export function dayOf(at: number, timeZone: string): Period {
  const [year, month, day] = dateOf(at, timeZone);
  return { start: startOf(year, month, day, timeZone), end: startOf(year, month, day + 1, timeZone) };
}

/** A month by a time zone's clocks, and its name, such as `2026-11`. */
export interface Month extends Period {
  readonly name: string;
}

/** The latest that was asked for of each time zone, as mostly the same one is again. */
const MONTHS = new Map<string, Month>();

/** The month of a moment in a time zone. */
export function monthOf(at: number, timeZone: string): Month {
  const known = MONTHS.get(timeZone);
  if (known && known.start <= at && at < known.end) return known;
  const [year, month] = dateOf(at, timeZone);
  const name = `${year}-${String(month).padStart(2, '0')}`;
  const found = { name, start: startOf(year, month, 1, timeZone), end: startOf(year, month + 1, 1, timeZone) };
  MONTHS.set(timeZone, found);
  return found;
}

/** Throws when there is no such time zone. */
export function checkTimeZone(timeZone: string): string {
  formatOf(timeZone);
  return timeZone;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US-u-hc-h23', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  FORMATS.set(timeZone, format);
  return format;
}

/** Year, month, day, hour, minute, second as the clocks there show them. */
function shownAt(at: number, timeZone: string): readonly number[] {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map((type) => parts.get(type) ?? 0);
}

function dateOf(at: number, timeZone: string): [year: number, month: number, day: number] {
  const [year = 0, month = 0, day = 0] = shownAt(at, timeZone);
  return [year, month, day];
}

/** When the day begins there: where the clocks skip midnight, a little later. */
function startOf(year: number, month: number, day: number, timeZone: string): number {
  const wanted = Date.UTC(year, month - 1, day);
  const guess = wanted - offsetAt(wanted, timeZone);
  const start = wanted - offsetAt(guess, timeZone);
  return start + offsetAt(start, timeZone) < wanted ? guess : start;
}

/** How far the clocks there are before UTC. */
function offsetAt(at: number, timeZone: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = shownAt(at, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}
