import { types } from 'node:util';
import { isDay } from '../../../moment.js';
import type { LimitedTimeOfferParameter } from '../../message-component.js';
import { refused, typeInWords, type Reading } from './reading.js';

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const REMEDY = 'write an ISO 8601 time with its zone, such as 2026-12-24T18:00:00Z, or Unix milliseconds';

/** Every time in seconds until the year 5138 is below, every one in milliseconds since 1973 above. */
const LEAST_MILLISECONDS = 1e11;

/**
 * Reads when a limited-time offer ends: a Date, ISO 8601 text or Unix milliseconds. Whether that is still to come is not
 * asked here: the same input must stay right while it waits.
 */
export function readOfferExpiration(value: unknown): Reading<LimitedTimeOfferParameter> {
  const milliseconds = millisecondsOf(value);
  if (milliseconds === undefined) return refused(`is ${typeInWords(value)}; ${REMEDY}.`);
  if (!Number.isSafeInteger(milliseconds)) return refused(`is no time; ${REMEDY}.`);
  if (milliseconds < LEAST_MILLISECONDS) return refused('looks like seconds; multiply it by 1,000.');
  return {
    parameter: { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: milliseconds } },
  };
}

function millisecondsOf(value: unknown): number | undefined {
  if (types.isDate(value)) return value.getTime();
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'string') return undefined;
  if (/^[0-9]+$/.test(value)) return Number(value);
  return ISO_8601.test(value) && isDay(value.slice(0, 10)) ? Date.parse(value) : Number.NaN;
}
