import type { Type } from '@nestjs/common';
import { exampleOf } from '../openapi/class-schema.js';
import type { AnswerDescription } from '../openapi/operation.js';
import { object, oneOf, type Schema, string } from '../openapi/schema.js';

/** A success as this API words it. */
export interface Success<Data> {
  /** Always this. */
  readonly status: 'success';
  /** A sentence for people. */
  readonly message: string;
  /** What was asked for. */
  readonly data: Data;
}

/** Returns the answer of a call that succeeded. @param message a sentence without a full stop, such as `Message sent successfully` */
export const success = <Data>(message: string, data: Data): Success<Data> => ({ status: 'success', message, data });

/** The schema of a success. */
export const successSchema = (data: Schema): Schema =>
  object({ status: oneOf('success'), message: string({ description: 'For people.' }), data });

/** Describes the answer of a call that succeeded. @param data class of its data */
export const successAnswer = (description: string, message: string, data: Type<object>): AnswerDescription => ({
  description,
  json: { schema: (refTo) => successSchema(refTo(data)), example: success(message, exampleOf(data)) },
});
