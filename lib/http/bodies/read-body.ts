import type { IncomingMessage } from 'node:http';
import { DEEPEST_JSON, isDeeperThan } from '../../graph/json-object.js';
import type { SurfaceRoute } from '../surface/surface.js';
import { BodyTooLargeError, UnreadableBodyError } from './body.errors.js';
import { decodedBytes, isDecodable } from './decoded-bytes.js';

/** A request's body before anything of it is parsed. */
export type ReadBody =
  | { readonly kind: 'none' }
  /** Left unread for the handler, which reads it as it comes. */
  | { readonly kind: 'stream'; readonly type: string }
  /** Decompressed. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly isJson: boolean };

/** Bytes of a webhook; Meta's have at most 3 MB. */
const LARGEST_RAW_BODY = 5 * 1024 * 1024;

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?(?:utf-?8|us-ascii)"?\s*(?:;|$))/i;

/** A `GET` has no body that means anything. */
const WITHOUT_BODY: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD']);

/**
 * Reads the bytes of a body as its route wants them, or leaves them to a handler that takes bodies of that type as streams.
 * @param bodyLimit bytes of JSON; a raw body has a limit of its own
 * @throws BodyTooLargeError before more than the limit was read
 * @throws UnreadableBodyError when it is of another type than the route takes, or breaks off
 */
export async function readBody(request: IncomingMessage, route: SurfaceRoute, bodyLimit: number): Promise<ReadBody> {
  if (route.takesRawBody) {
    return { kind: 'bytes', bytes: await bytesOf(request, LARGEST_RAW_BODY, tooLargeToTake), isJson: false };
  }
  const type = typeOf(request, route);
  if (type === undefined) return { kind: 'none' };
  if (type !== 'json') return { kind: 'stream', type };
  const bytes = await bytesOf(request, bodyLimit, (limit) => bodyTooLarge(limit, route));
  return { kind: 'bytes', bytes, isJson: true };
}

/**
 * Whether a route takes a body of the type that a request says.
 * @returns `json`, or the media type of a body that is left to the handler; undefined without a body
 * @throws UnreadableBodyError when it does not
 */
export function typeOf(request: IncomingMessage, route: SurfaceRoute): string | undefined {
  if (WITHOUT_BODY.has(request.method)) return undefined;
  const contentType = request.headers['content-type'] ?? '';
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isStreamed = route.streamedTypes.includes(mediaType);
  if (!isStreamed && !hasBody(request)) return undefined;
  const isJson = JSON_TYPE.test(contentType) || (mediaType === '' && route.takesUntypedJson);
  if (!isStreamed && !isJson) {
    const types = inWords(['application/json', ...route.streamedTypes]);
    throw new UnreadableBodyError(`must be sent with Content-Type: ${types}.`);
  }
  if (!isDecodable(request) || OTHER_CHARSET.test(contentType)) {
    const kind = isStreamed ? 'text' : 'JSON';
    throw new UnreadableBodyError(`must be ${kind} in UTF-8, plain or compressed with gzip, deflate or br.`);
  }
  return isStreamed ? mediaType : 'json';
}

/** @throws UnreadableBodyError */
export function parseJson(bytes: Buffer): unknown {
  // Some clients say that a body is JSON and send none.
  if (bytes.byteLength === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    throw new UnreadableBodyError('is not well-formed JSON.');
  }
  assertDepth(value);
  return value;
}

/** @throws UnreadableBodyError if a body is nested so deeply that a recursive reader runs out of stack */
export function assertDepth(body: unknown): void {
  if (isDeeperThan(body, DEEPEST_JSON)) throw new UnreadableBodyError(`nests deeper than ${DEEPEST_JSON} levels.`);
}

async function bytesOf(
  request: IncomingMessage,
  limit: number,
  tooLarge: (limit: number) => BodyTooLargeError,
): Promise<Buffer> {
  if (!isDecodable(request)) throw new UnreadableBodyError('must be plain or compressed with gzip, deflate or br.');
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of decodedBytes(request)) {
    size += piece.byteLength;
    if (size > limit) throw tooLarge(limit);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, size);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

export const tooLargeToTake = (limit: number): BodyTooLargeError =>
  new BodyTooLargeError(`The body is over the limit of ${limit} bytes.`);

/** A JSON body over the limit; a route may take another type of any size. */
export function bodyTooLarge(limit: number, { streamedTypes }: Partial<SurfaceRoute> = {}): BodyTooLargeError {
  const streamed = streamedTypes?.length ? ` As ${inWords(streamedTypes)} it may be of any size.` : '';
  return new BodyTooLargeError(
    `The body is over the limit of ${sizeInWords(limit)}. Send less at a time, or raise it: setupWhatsApp(app, { bodyLimit }).${streamed}`,
  );
}

function sizeInWords(bytes: number): string {
  const megabytes = bytes / 1024 ** 2;
  return Number.isInteger(megabytes) ? `${megabytes}mb` : `${bytes} bytes`;
}

const inWords = (types: readonly string[]): string => types.join(', ').replace(/, ([^,]+)$/, ' or $1');
