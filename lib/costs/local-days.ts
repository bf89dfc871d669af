/** What `Intl` takes long to make. */
const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(timeZone: unknown): boolean {
  try {
    return typeof timeZone === 'string' && formatOf(timeZone) !== undefined;
  } catch {
    return false;
  }
}

/** The day of a moment by the clocks of a time zone, such as `2026-11-30`. */
export function dayAt(moment: number, timeZone: string): string {
  const [year = 0, month = 0, day = 0] = shownAt(moment, timeZone);
  return dayText(new Date(Date.UTC(year, month - 1, day)));
}

/** The month of a day, such as `2026-11`. */
export const monthOfDay = (day: string): string => day.slice(0, 7);

/** The day that is so many days later. */
export function plusDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return dayText(date);
}

/** The first day of the month that is so many months later. */
export function plusMonths(month: string, months: number): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return dayText(date);
}

/** When a day begins by the clocks of a time zone, in epoch milliseconds: where they skip midnight, a little later. */
export function startOfDay(day: string, timeZone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  const guess = wanted - offsetAt(wanted, timeZone);
  const start = wanted - offsetAt(guess, timeZone);
  return dayAt(start, timeZone) < day ? guess : start;
}

/** When a month begins, in epoch milliseconds. @param month such as `2026-11` */
export const startOfMonth = (month: string, timeZone: string): number => startOfDay(`${month}-01`, timeZone);

const dayText = (date: Date): string => date.toISOString().slice(0, 10);

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
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
  formats.set(timeZone, format);
  return format;
}

/** Year, month, day, hour, minute and second that the clocks there show. */
function shownAt(moment: number, timeZone: string): number[] {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return (['year', 'month', 'day', 'hour', 'minute', 'second'] as const).map((type) => parts.get(type) ?? 0);
}

/** How far the clocks there are before UTC, in milliseconds. */
function offsetAt(moment: number, timeZone: string): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = shownAt(moment, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1_000) * 1_000;
}
