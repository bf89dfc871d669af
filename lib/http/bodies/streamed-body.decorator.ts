import { SetMetadata } from '@nestjs/common';

const STREAMED_TYPES = Symbol('STREAMED_TYPES');

/**
 * Besides JSON the handler takes bodies of these media types, and reads them as they come with `@BodyStream()`:
 * nothing of them is buffered, and no limit holds.
 */
export const StreamedBody = (...types: readonly string[]): MethodDecorator => SetMetadata(STREAMED_TYPES, types);

/** The media types that a handler takes as streams. */
export function streamedTypesOf(handler: object): readonly string[] {
  const types: unknown = Reflect.getMetadata(STREAMED_TYPES, handler);
  return Array.isArray(types) ? types.map(String) : [];
}
