import { ValidateBy } from 'class-validator';

/** Checks that a field is there and says something, as this API words it. */
export function IsFilled(): PropertyDecorator {
  return ValidateBy({
    name: 'isFilled',
    validator: {
      validate: (value: unknown) =>
        value !== undefined && value !== null && (typeof value !== 'string' || value.trim() !== ''),
      defaultMessage: (field) => `The ${field?.property ?? ''} field is required.`,
    },
  });
}
