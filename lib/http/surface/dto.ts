import { type Type, Injectable, type PipeTransform } from '@nestjs/common';
import type { Schema } from '../openapi/schema.js';
import { validateSync } from 'class-validator';
import { type ValidationProblem, ValidationError } from '../../errors.js';

/** What a field of a request or of an answer is, beyond what its class-validator decorators say. */
export interface FieldOptions extends Omit<Schema, 'type' | 'properties' | 'required' | 'items' | '$ref'> {
  /** A JSON type, or a class of fields; by default the one that the decorators of the field imply, else `string`. */
  readonly type?: Schema['type'] | (() => Type);
  /** Whether the field is an array of that type. `minItems` and `maxItems` belong to the array, `itemSchema` to each item. */
  readonly each?: boolean;
  readonly itemSchema?: Schema;
  /** Whether the field may be missing. A field with `IsOptional` may be missing or null without it. */
  readonly optional?: boolean;
  /** Paths of this field in the input of the service, by which the service names what is wrong with it. */
  readonly service?: string | readonly string[];
  /** Its name in problems, where that is not the field's own. */
  readonly nameInProblems?: string;
  /** Whether the service checks the objects of this class, rather than the pipe: it may be many. */
  readonly checkedByService?: boolean;
}

/** An object literal with the fields of a class. */
export type Plain<T> = { readonly [Name in keyof T]: T[Name] };

export type Fields = ReadonlyMap<string, FieldOptions>;

const FIELDS = Symbol('FIELDS');

/**
 * Describes a property of a request or answer class. From it and from the decorators of class-validator next to it come
 * the check of requests, the schema and the example in API documents, and the field's name in problems.
 *
 * @example
 * ```ts
 * class SendMessageDto {
 *   \@Field({ description: 'The text.', example: 'Hello!', maxLength: 4_096, service: 'text.body' })
 *   message!: string;
 * }
 * ```
 */
export const Field =
  (options: FieldOptions = {}): PropertyDecorator =>
  (prototype, property) => {
    const inherited: Fields = Reflect.getMetadata(FIELDS, prototype) ?? new Map<string, FieldOptions>();
    Reflect.defineMetadata(FIELDS, new Map([...inherited, [String(property), options]]), prototype);
  };

/** Returns the fields of a class, those of the classes that it extends first. */
export function fieldsOf({ prototype }: Type): Fields {
  const fields: Fields = Reflect.getMetadata(FIELDS, prototype) ?? new Map<string, FieldOptions>();
  return fields;
}

/** Returns the class of a field that is an object, or an array of objects. */
export const classOf = ({ type }: FieldOptions): Type | undefined => (typeof type === 'function' ? type() : undefined);

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
