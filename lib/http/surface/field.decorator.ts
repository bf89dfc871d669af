import type { Type } from '@nestjs/common';
import type { Schema } from '../openapi/schema.js';

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
