import type { IncomingMessage, ServerResponse } from 'node:http';
import { createParamDecorator } from '@nestjs/common';
import { decodedBytes } from './read-body.js';
import { drainOnceAnswered, streamedTypeOf, whileConnected } from './streamed-bodies.js';

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
