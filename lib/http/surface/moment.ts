import { ValidateBy } from 'class-validator';
import { readMoment, type ReadMoment, readPeriodEnd } from '../../moment.js';

/** Checks that a field is an ISO 8601 date and time with its zone. */
export const IsMoment = (): PropertyDecorator => isRead('isMoment', readMoment);

/** Checks that a filter is a day or a moment: the start or the end of a period. A filter without a value is ignored. */
export const IsPeriodEnd = (end: 'start' | 'end'): PropertyDecorator =>
  isRead('isPeriodEnd', (value) => (value === '' ? { at: new Date(0) } : readPeriodEnd(value, end)));

/** The moment that a checked field names. */
export const momentOf = (value: unknown): Date | undefined => readMoment(value).at;

/** The moment of a checked filter. */
export const periodEndOf = (value: unknown, end: 'start' | 'end'): Date | undefined => readPeriodEnd(value, end).at;

function isRead(name: string, read: (value: unknown) => ReadMoment): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value) => read(value).at !== undefined,
      defaultMessage: (field) => read(field?.value).problem ?? '',
    },
  });
}
