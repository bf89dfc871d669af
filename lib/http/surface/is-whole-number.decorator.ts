import { ValidateBy } from 'class-validator';

/** Checks that a parameter of a query is a whole number from 1 to a maximum. */
export const IsWholeNumber = (max: number, message = `must be a whole number from 1 to ${max}.`): PropertyDecorator =>
  ValidateBy({
    name: 'isWholeNumber',
    constraints: [1, max],
    validator: {
      validate: (value: unknown) => typeof value === 'string' && /^[1-9]\d*$/.test(value) && Number(value) <= max,
      defaultMessage: () => message,
    },
  });
