import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import {
  getMetadataStorage,
  type ValidationError as PropertyError,
  validateSync,
  ValidationTypes,
} from 'class-validator';
import { type Problem, ValidationError } from '../errors.js';
import { classOf, fieldsOf } from './surface/field.decorator.js';

/** A request body with everything that is wrong with it; it is only what its type says when there are no problems. */
export interface CheckedBody<Dto> {
  readonly body: Dto;
  readonly problems: readonly Problem[];
}

/** The problem of a body that is no object at all. */
export const NOT_AN_OBJECT: Problem = { path: 'body', message: 'must be a JSON object, sent as application/json.' };

/**
 * Checks a body against a class with class-validator decorators and returns both, so that a controller can add
 * what only the database knows and name every problem at once. Unknown fields are ignored. Of a field's decorators, only the
 * first that fails is reported.
 */
@Injectable()
export class DtoPipe<Dto extends object> implements PipeTransform<unknown, CheckedBody<Dto>> {
  constructor(readonly dto: Type<Dto>) {}

  /** @throws ValidationError when the body is no object at all */
  transform(value: unknown): CheckedBody<Dto> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new ValidationError([NOT_AN_OBJECT]);
    const body = instanceOf(this.dto, value);
    const errors = validateSync(body, { forbidUnknownValues: false });
    return { body, problems: errors.flatMap((error) => propertyProblems(error, '')) };
  }
}

/** Returns the body alone, for input that its class checks completely. A missing body is one without fields. */
@Injectable()
export class ValidDtoPipe<Dto extends object> implements PipeTransform<unknown, Dto> {
  readonly #pipe: DtoPipe<Dto>;

  constructor(readonly dto: Type<Dto>) {
    this.#pipe = new DtoPipe(dto);
  }

  /** @throws ValidationError with every problem */
  transform(value: unknown): Dto {
    const { body, problems } = this.#pipe.transform(value ?? {});
    if (problems.length > 0) throw new ValidationError(problems);
    return body;
  }
}

/** Returns an instance of a class with the fields of a value, nested objects as instances where they are checked as well. */
function instanceOf<Dto extends object>(type: Type<Dto>, value: object): Dto {
  const nested = nestedClassesOf(type);
  const instance = new type();
  // A key such as `constructor` would hide the instance's own, by which class-validator finds its rules.
  const entries = Object.entries(value).filter(([key]) => !(key in Object.prototype));
  const instances = entries.map(([key, field]) => [key, nestedInstance(nested.get(key), field)]);
  return Object.assign(instance, Object.fromEntries(instances));
}

function nestedInstance(type: Type<object> | undefined, value: unknown): unknown {
  if (!type || typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? value.map((item) => nestedInstance(type, item)) : instanceOf(type, value);
}

/** The classes of the fields that have `ValidateNested`. */
function nestedClassesOf(type: Type): ReadonlyMap<string, Type<object>> {
  const classes = new Map<string, Type<object>>();
  for (const rule of getMetadataStorage().getTargetValidationMetadatas(type, '', false, false)) {
    const field = rule.type === ValidationTypes.NESTED_VALIDATION && fieldsOf(type).get(rule.propertyName);
    const nested = field && classOf(field);
    if (nested) classes.set(rule.propertyName, nested);
  }
  return classes;
}

function propertyProblems(error: PropertyError, parent: string): Problem[] {
  const path = /^\d+$/.test(error.property)
    ? `${parent}[${error.property}]`
    : [parent, error.property].filter(Boolean).join('.');
  // Of rules that are broken, the last of these stands first in the class: the others take it for granted.
  const message = Object.values(error.constraints ?? {}).at(-1);
  const own = message === undefined ? [] : [{ path, message }];
  return [...own, ...(error.children ?? []).flatMap((child) => propertyProblems(child, path))];
}
