import { ValidateBy } from 'class-validator';

/** Checks that a field is one of some words in whatever case, and writes it in theirs. */
export const IsOneOf = (words: readonly string[]): PropertyDecorator =>
  ValidateBy({
    name: 'isOneOf',
    constraints: [words],
    validator: {
      validate: (value: unknown, field) => {
        const lower = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
        const word = words.find((candidate) => candidate.toLowerCase() === lower);
        if (word !== undefined && field) Reflect.set(field.object, field.property, word);
        return word !== undefined;
      },
      defaultMessage: () => `must be one of ${words.join(', ')}.`,
    },
  });
