import type { IncomingMessage } from 'node:http';
import { DEEPEST_JSON, isDeeperThan } from '../../graph/json.js';
import type { SurfaceRoute } from '../surface/surface.js';
import { BodyTooLargeError, UnreadableBodyError } from './body.errors.js';
import { PassThrough, pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

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

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** Bytes that a compressed body may become: a thousandth of it is enough to send it, and all of it must be worked off. */
const MOST_DECOMPRESSED = 256 * 1024 * 1024;

/** Bytes to read ahead of their consumer: a connection that is not read does not report that its client left. */
const AHEAD = 2 * 1024 * 1024;

/** Whether a body's `Content-Encoding` can be undone. */
export function isDecodable(request: IncomingMessage): boolean {
  const encoding = encodingOf(request);
  return encoding === 'identity' || DECODERS.has(encoding);
}

/**
 * The bytes of a body as they come, decompressed.
 * @param isSlow whether the work on them takes longer than the network
 * @throws UnreadableBodyError when the client breaks off, or what it compressed is damaged
 * @throws BodyTooLargeError when far more comes out than a client would compress
 */
export async function* decodedBytes(request: IncomingMessage, isSlow = false): AsyncGenerator<Uint8Array> {
  const bytes = isSlow ? readAhead(request) : arrivingBytes(request);
  const decoder = DECODERS.get(encodingOf(request))?.();
  try {
    if (!decoder) {
      yield* bytes;
      return;
    }
    let size = 0;
    for await (const piece of pipeline(Readable.from(bytes), decoder, () => {})) {
      size += piece.byteLength;
      if (size > MOST_DECOMPRESSED) throw new BodyTooLargeError(TOO_LARGE);
      yield piece;
    }
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw error;
    throw new UnreadableBodyError('could not be read to its end.');
  }
}

const TOO_LARGE =
  `The body is over ${MOST_DECOMPRESSED / 1024 ** 2} MB once it is decompressed. Send it in parts, or without ` +
  'Content-Encoding.';

async function* readAhead(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  // Of a client that left before anyone read, no event comes any more.
  if (request.destroyed && !request.readableEnded) throw new Error('The client broke off.');
  const ahead = new PassThrough({ highWaterMark: AHEAD });
  const breakOff = () => {
    if (!request.readableEnded) ahead.destroy(new Error('The client broke off.'));
  };
  request.once('error', breakOff).once('close', breakOff);
  try {
    const bytes: AsyncIterable<Uint8Array> = request.pipe(ahead);
    for await (const piece of bytes) yield piece;
  } finally {
    request.unpipe(ahead).off('error', breakOff).off('close', breakOff);
  }
}

/** Whoever has seen enough, or fails over what comes, does not close the connection before it is answered. */
async function* arrivingBytes(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const bytes: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  // Not handed on as it is: an error thrown into it would still close the connection.
  for await (const piece of bytes) yield piece;
}

const encodingOf = ({ headers }: IncomingMessage): string => (headers['content-encoding'] ?? 'identity').toLowerCase();
