import { SetMetadata, createParamDecorator } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { decodedBytes } from './read-body.js';
import { drainOnceAnswered, streamedTypeOf, whileConnected } from './streamed-bodies.js';

const TAKES_RAW_BODY = Symbol('TAKES_RAW_BODY');

/** The handler gets the bytes of the body by Nest's `@RawBody()`, of whatever type and up to 5 MB; nothing parses them. */
export const TakesRawBody = (): MethodDecorator => SetMetadata(TAKES_RAW_BODY, true);

export const isTakingRawBody = (handler: object): boolean => Reflect.getMetadata(TAKES_RAW_BODY, handler) === true;

/** A body that is read as a stream. */
export interface ByteStream {
  /** Its media type, in small letters and without parameters. */
  readonly type: string;
  /** The same as the client writes it, with its parameters. */
  readonly contentType: string;
  /** Fail once the client is gone. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

type SurfaceRequest = IncomingMessage & {
  readonly raw?: IncomingMessage;
  readonly body?: unknown;
  readonly query?: unknown;
};
type SurfaceResponse = ServerResponse & { readonly raw?: ServerResponse };

/** The body of a handler with `@StreamedBody()`; undefined when JSON was sent. */
export const BodyStream = createParamDecorator((_: unknown, context): ByteStream | undefined => {
  const request = context.switchToHttp().getRequest<SurfaceRequest>();
  const response = context.switchToHttp().getResponse<SurfaceResponse>();
  const type = streamedTypeOf(request);
  if (type === undefined) return undefined;
  const raw = request.raw ?? request;
  const rawResponse = response.raw ?? response;
  drainOnceAnswered(raw, rawResponse);
  const bytes = whileConnected(decodedBytes(raw, type !== 'multipart/form-data'), rawResponse, 1);
  return { type, contentType: raw.headers['content-type'] ?? type, bytes };
});

/** The fields of a request: its query where the body is a stream, else its JSON body. */
export const RequestFields = createParamDecorator((_: unknown, context): unknown => {
  const request = context.switchToHttp().getRequest<SurfaceRequest>();
  return streamedTypeOf(request) === undefined ? request.body : request.query;
});

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
