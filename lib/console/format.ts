import { currentTag, formatNumber, t } from './i18n.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A day and a time to the second. */
export const absolute = (moment: string | Date): string =>
  new Intl.DateTimeFormat(currentTag(), { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(moment));

export const timeOfDay = (moment: string | Date): string =>
  new Intl.DateTimeFormat(currentTag(), { timeStyle: 'short' }).format(new Date(moment));

export const secondOfDay = (moment: string | Date): string =>
  new Intl.DateTimeFormat(currentTag(), { timeStyle: 'medium' }).format(new Date(moment));

export const dayOf = (moment: string | Date): string =>
  new Intl.DateTimeFormat(currentTag(), { dateStyle: 'medium' }).format(new Date(moment));

/** How long ago or ahead, up to a day; then the date. */
export function relative(moment: string, now = Date.now()): string {
  const apart = new Date(moment).getTime() - now;
  const size = Math.abs(apart);
  if (size >= DAY) {
    const year = new Date(moment).getFullYear() === new Date(now).getFullYear() ? undefined : ('numeric' as const);
    return new Intl.DateTimeFormat(currentTag(), {
      day: 'numeric',
      month: 'short',
      hour: 'numeric',
      minute: '2-digit',
      year,
    }).format(new Date(moment));
  }
  if (size < 10 * SECOND) return t('time.now');
  const [unit, count] =
    size < MINUTE
      ? (['second', SECOND] as const)
      : size < HOUR
        ? (['minute', MINUTE] as const)
        : (['hour', HOUR] as const);
  return new Intl.RelativeTimeFormat(currentTag(), { style: 'short', numeric: 'always' }).format(
    Math.round(apart / count),
    unit,
  );
}

/** A length of time in its two largest units: `2.1 s`, `4 min 10 s`, `3 h 5 min`. */
export function duration(ms: number): string {
  if (ms < MINUTE) return unit(ms / SECOND, 'second', ms < 10 * SECOND ? 1 : 0);
  const [large, small, of] =
    ms < HOUR
      ? (['minute', 'second', MINUTE] as const)
      : ms < DAY
        ? (['hour', 'minute', HOUR] as const)
        : (['day', 'hour', DAY] as const);
  const whole = Math.floor(ms / of);
  const rest = Math.floor((ms - whole * of) / (small === 'second' ? SECOND : small === 'minute' ? MINUTE : HOUR));
  return rest === 0 ? unit(whole, large) : `${unit(whole, large)} ${unit(rest, small)}`;
}

const unit = (value: number, name: string, digits = 0): string =>
  formatNumber(value, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits });

/** A number of digits as people read it, `+54 9 11 1234 5678` as far as the country code is known. */
export const phone = (digits: string): string => (digits === '' ? '' : `+${digits}`);

/** The name of a country by its two letters; these where there is no name. */
export function countryName(code: string): string {
  try {
    return new Intl.DisplayNames(currentTag(), { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** The zone that all times are in, such as `Buenos Aires (UTC−3)`. */
export function zone(): string {
  const options = { timeZoneName: 'shortOffset' } as const;
  const parts = new Intl.DateTimeFormat(currentTag(), options).formatToParts(new Date());
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return `${timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone} (${offset})`;
}

/**
 * The moment that a clock of a zone shows a day and a time.
 * @param local as an input of a browser has it: `2026-12-24T09:30`
 * @returns in ISO 8601; undefined where it is none
 */
export function momentIn(timeZone: string, local: string): string | undefined {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  // Once by the offset of about that time, and once more where the clocks change in between.
  const near = asUtc - offsetAt(asUtc, timeZone);
  return new Date(asUtc - offsetAt(near, timeZone)).toISOString();
}

/** Milliseconds by which the clocks of a zone are ahead of UTC. */
function offsetAt(at: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - Math.floor(at / 1_000) * 1_000;
}
