import type { Param } from '../../server/param.js';

/** Seconds for which Meta tries to deliver, by category. See Meta's page "Time-to-live". */
const RANGES = new Map([
  ['AUTHENTICATION', { min: 30, max: 900 }],
  ['UTILITY', { min: 30, max: 43_200 }],
  ['MARKETING', { min: 43_200, max: 2_592_000 }],
]);

/** Reads `message_send_ttl_seconds`; -1 stands for 30 days, except for marketing. */
export function readTimeToLive(param: Param, category: string): number | undefined {
  if (!param.given) return undefined;
  const seconds = param.integer();
  const range = RANGES.get(category);
  if (!range || (seconds === -1 && category !== 'MARKETING')) return seconds;
  if (seconds < range.min || seconds > range.max) {
    throw param.invalid(`must be between ${range.min} and ${range.max} for a template of category ${category}.`);
  }
  return seconds;
}
