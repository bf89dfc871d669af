import type { IncomingMessage, ServerResponse } from 'node:http';
import bodyParser from 'body-parser';
import { DEEPEST_JSON, isDeeperThan } from '../../graph/json-depth.js';
import type { SurfaceRoute } from '../surface.js';
import type { BodyRequest } from './body-request.js';
import { isDecodable } from './decoded-bytes.js';
import { readRawBody } from './read-raw-body.js';
import { markStreamed } from './streamed-bodies.js';
import { markUnreadable, type UnreadableBody } from './unreadable-body.js';

export interface BodyOptions {
  /** Largest JSON body, as a number of bytes or such as `'5mb'`. */
  readonly bodyLimit: number | string;
}

/** Reads the body of a request as its route wants it, or leaves it to a handler that takes bodies of its type as streams. */
export type BodyReader = (
  request: BodyRequest,
  response: ServerResponse,
  route: SurfaceRoute,
  done: () => void,
) => void;

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

const OTHER_CHARSET = /;\s*charset\s*=\s*(?!"?(?:utf-?8|us-ascii)"?\s*(?:;|$))/i;

/** Reads a JSON body, its raw bytes too; what cannot be read is marked as unreadable and is no error yet. */
export function bodyReader({ bodyLimit }: BodyOptions): BodyReader {
  const parse = bodyParser.json({
    limit: bodyLimit,
    type: () => true,
    verify: (request: BodyRequest, _response, bytes) => {
      request.rawBody = bytes;
    },
  });

  return (request, response, { streamedTypes, takesRawBody }, done) => {
    if (takesRawBody) return readRawBody(request, response, done);
    const contentType = request.headers['content-type'] ?? '';
    const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
    if (streamedTypes.includes(mediaType)) {
      leaveUnread(request, mediaType);
      return done();
    }
    if (!hasBody(request)) return done();
    if (!JSON_TYPE.test(contentType)) {
      const types = inWords(['application/json', ...streamedTypes]);
      markUnreadable(request, { reason: 'unsupported', message: `must be sent with Content-Type: ${types}.` });
      return done();
    }
    parse(request, response, (error?: unknown) => {
      if (error !== undefined && error !== null) markUnreadable(request, describe(error, bodyLimit, streamedTypes));
      else if (isDeeperThan(request.body, DEEPEST_JSON)) {
        markUnreadable(request, { reason: 'malformed', message: `nests deeper than ${DEEPEST_JSON} levels.` });
      }
      done();
    });
  };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function leaveUnread(request: IncomingMessage, mediaType: string): void {
  if (isDecodable(request) && !OTHER_CHARSET.test(request.headers['content-type'] ?? '')) {
    return markStreamed(request, mediaType);
  }
  const message = 'must be text in UTF-8, plain or compressed with gzip, deflate or br.';
  markUnreadable(request, { reason: 'unsupported', message });
}

function describe(error: unknown, bodyLimit: number | string, streamedTypes: readonly string[]): UnreadableBody {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  switch (type) {
    case 'entity.too.large': {
      const limit = typeof bodyLimit === 'number' ? `${bodyLimit} bytes` : bodyLimit;
      const message = `is over the limit of ${limit}. Send less at a time, or raise it: setupWhatsApp(app, { bodyLimit }).`;
      const streamed = ` As ${inWords(streamedTypes)} it may be of any size.`;
      return { reason: 'too-large', message: streamedTypes.length > 0 ? message + streamed : message };
    }
    case 'entity.parse.failed':
      return { reason: 'malformed', message: 'is not well-formed JSON.' };
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return { reason: 'unsupported', message: 'must be JSON in UTF-8, plain or compressed with gzip, deflate or br.' };
    default:
      return { reason: 'malformed', message: 'could not be read to its end.' };
  }
}

const inWords = (types: readonly string[]): string => types.join(', ').replace(/, ([^,]+)$/, ' or $1');
