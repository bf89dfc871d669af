import type { Type } from '@nestjs/common';
import { exampleOf } from '../openapi/class-schema.js';
import type { AnswerDescription } from '../openapi/operation.js';
import { boolean, object } from '../openapi/schema.js';

/** A success as this API words it. */
export interface Success<Data> {
  /** Always this. */
  readonly success: true;
  /** What was asked for. */
  readonly data: Data;
}

export const success = <Data>(data: Data): Success<Data> => ({ success: true, data });

/** Describes the answer of a handler that succeeds. @param data class of its data */
export const successAnswer = (description: string, data: Type<object>): AnswerDescription => ({
  description,
  json: {
    schema: (refTo) => object({ success: boolean(), data: refTo(data) }),
    example: success(exampleOf(data)),
  },
});
