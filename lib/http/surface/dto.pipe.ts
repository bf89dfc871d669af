import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { validateSync } from 'class-validator';
import { type ValidationProblem, ValidationError } from '../../errors.js';
import { classOf, fieldsOf } from './field.decorator.js';

/** A request body with everything that is wrong with it; it is only what its type says when there are no problems. */
export interface CheckedBody<Dto> {
  readonly body: Dto;
  readonly problems: readonly ValidationProblem[];
}

/** The problem of a body that is no object at all. */
export const NOT_AN_OBJECT: ValidationProblem = {
  path: 'body',
  message: 'must be a JSON object, sent as application/json.',
};

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
    return checkObject(this.dto, value);
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

function checkObject<Dto extends object>(type: Type<Dto>, value: object): CheckedBody<Dto> {
  // A key such as `constructor` would hide the instance's own, by which class-validator finds its rules.
  const entries = Object.entries(value).filter(([key]) => !(key in Object.prototype));
  const body = Object.assign(new type(), Object.fromEntries(entries));
  const problems = validateSync(body, { forbidUnknownValues: false }).map(({ property, constraints = {} }) => {
    // Of decorators that fail, the last of these is the first in the class: the others take it for granted.
    return { path: property, message: Object.values(constraints).at(-1) ?? '' };
  });
  for (const [name, field] of fieldsOf(type)) {
    const nested = field.checkedByService ? undefined : classOf(field);
    const given: unknown = Reflect.get(body, name);
    if (nested && isGiven(given) && !problems.some(({ path }) => path === name)) {
      for (const problem of checkNested(nested, given, name, field.each)) problems.push(problem);
    }
  }
  return { body, problems };
}

function checkNested(type: Type<object>, value: unknown, path: string, each = false): readonly ValidationProblem[] {
  if (each && Array.isArray(value)) {
    return value.flatMap((item: unknown, index) => checkNested(type, item, `${path}[${index}]`));
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const { problems } = checkObject(type, isObject ? value : {});
  if (!isObject && problems.length === 0) return [{ path, message: 'must be an object.' }];
  return problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` }));
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** The problems that a surface found, and those of a service for other fields. */
export function withFurther(
  own: readonly ValidationProblem[],
  further: readonly ValidationProblem[],
): ValidationProblem[] {
  const isNamed = (path: string): boolean =>
    own.some((named) => path === named.path || path.startsWith(`${named.path}.`) || path.startsWith(`${named.path}[`));
  return [...own, ...further.filter(({ path }) => !isNamed(path))];
}
