import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { type ValidationError as PropertyError, validate } from 'class-validator';
import { type Problem, ValidationError } from '../errors.js';

/** A request body with everything that is wrong with it; it is only what its type says when there are no problems. */
export interface CheckedBody<Dto> {
  readonly body: Dto;
  readonly problems: readonly Problem[];
}

/**
 * Checks a body against a class with class-validator decorators and hands both on, so that a controller can add
 * what only the database knows and name every problem at once. Unknown fields are ignored. Of a field's decorators, the
 * first that finds fault tells.
 * @throws ValidationError when the body is no object at all
 */
@Injectable()
export class DtoPipe<Dto extends object> implements PipeTransform<unknown, Promise<CheckedBody<Dto>>> {
  constructor(private readonly dto: Type<Dto>) {}

  async transform(value: unknown): Promise<CheckedBody<Dto>> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ValidationError([{ path: 'body', message: 'must be a JSON object, sent as application/json.' }]);
    }
    const body = new this.dto();
    // A key such as `constructor` would stand in the way of the DTO's own, which its rules are found by.
    const entries = Object.entries(value).filter(([key]) => !(key in Object.prototype));
    Object.assign(body, Object.fromEntries(entries));
    const errors = await validate(body, { forbidUnknownValues: false });
    return { body, problems: errors.flatMap((error) => propertyProblems(error, '')) };
  }
}

/** Hands the body alone on, for input that only its class can find fault with. No body is one without fields. */
@Injectable()
export class ValidDtoPipe<Dto extends object> implements PipeTransform<unknown, Promise<Dto>> {
  readonly #pipe: DtoPipe<Dto>;

  constructor(dto: Type<Dto>) {
    this.#pipe = new DtoPipe(dto);
  }

  /** @throws ValidationError with every problem */
  async transform(value: unknown): Promise<Dto> {
    const { body, problems } = await this.#pipe.transform(value ?? {});
    if (problems.length > 0) throw new ValidationError(problems);
    return body;
  }
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
