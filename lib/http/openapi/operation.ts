import { SetMetadata, type Type } from '@nestjs/common';
import type { Schema } from './schema.js';

/** A body, of a request or of an answer. */
export interface BodyDescription {
  /** A schema, or what makes one of references to classes. */
  readonly schema: Schema | ((refTo: (type: Type) => Schema) => Schema);
  /** A whole body, as clients send or get it. */
  readonly example?: unknown;
}

/** An answer. */
export interface AnswerDescription {
  readonly description: string;
  /** Class of the body in JSON. */
  readonly type?: Type;
  /** The body in JSON, where it is not of a class. */
  readonly json?: BodyDescription;
  /** What it answers as something else, by media type. */
  readonly content?: Readonly<Record<string, BodyDescription>>;
}

export interface ParameterDescription {
  readonly description: string;
  readonly schema: Schema;
  readonly required?: boolean;
}

/** What API documents say of a handler; ability, path and key are those of the handler itself and of its surface. */
export interface OperationDescription {
  readonly summary: string;
  readonly description?: string;
  /** Of the path; each is required. */
  readonly params?: Readonly<Record<string, ParameterDescription>>;
  /** Class of the query, where no pipe of the handler names one. */
  readonly queryType?: Type;
  /** Whether it honours `Idempotency-Key`. */
  readonly isIdempotent?: boolean;
  /** Class of the body in JSON, where no pipe of the handler names one. */
  readonly body?: Type;
  /** A whole body in JSON, where that of its class is not fit. */
  readonly example?: object;
  /** Bodies of other media types, such as `multipart/form-data`. */
  readonly content?: Readonly<Record<string, BodyDescription>>;
  /** Answers of success by HTTP status. */
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** HTTP statuses of the refusals that it can end in; the surface words them. 401 and, where an ability is needed, 403 need not be named. */
  readonly errors?: readonly number[];
  /** Errors of its own that are the examples of those refusals, rather than those of the surface. */
  readonly throws?: readonly Error[];
}

const OPERATION = Symbol('OPERATION');

/** Describes a handler for API documents. */
export const Operation = (description: OperationDescription): MethodDecorator => SetMetadata(OPERATION, description);

export function operationOf(handler: object): OperationDescription | undefined {
  const description: OperationDescription | undefined = Reflect.getMetadata(OPERATION, handler);
  return description;
}
