import { isISO8601, ValidateBy } from 'class-validator';

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** Reads an ISO 8601 date and time with its zone, such as `2026-11-16T21:30:00Z`. */
export function readMoment(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  // In a query a plus that was not escaped is a space.
  const text = value.replace(/ (?=\d\d:\d\d$)/, '+');
  // The pattern asks for the zone, the other check for a day that the month has.
  if (!MOMENT.test(text) || !isISO8601(text, { strict: true })) return undefined;
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}

/** Checks that a field is an ISO 8601 date and time with its zone. */
export function IsMoment(): PropertyDecorator {
  const message = 'must be a date and time in ISO 8601 with its zone, such as 2026-11-16T21:30:00Z.';
  return ValidateBy({
    name: 'isMoment',
    validator: { validate: (value) => readMoment(value) !== undefined, defaultMessage: () => message },
  });
}
