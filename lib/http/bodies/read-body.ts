import type { IncomingMessage, ServerResponse } from 'node:http';
import bodyParser from 'body-parser';
import { isDeeperThan } from './json-depth.js';
import { markUnreadable, type UnreadableBody } from './unreadable-body.js';

/** A request whose body the host's framework reads from here. */
export type BodyRequest = IncomingMessage & { body?: unknown; rawBody?: Buffer };

export interface BodyOptions {
  /** Largest JSON body, as a number of bytes or such as `'5mb'`. */
  readonly bodyLimit: number | string;
}

/** Deeper than anything Meta takes; what is deeper still exhausts the stack of whoever walks through it. */
const DEEPEST = 100;

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** Reads a JSON body, its raw bytes too; what cannot be read is marked as unreadable and is no error yet. */
export function bodyReader({ bodyLimit }: BodyOptions) {
  const parse = bodyParser.json({
    limit: bodyLimit,
    type: () => true,
    verify: (request: BodyRequest, _response, bytes) => {
      request.rawBody = bytes;
    },
  });

  return (request: BodyRequest, response: ServerResponse, done: () => void): void => {
    if (!hasBody(request)) return done();
    if (!JSON_TYPE.test(request.headers['content-type'] ?? '')) {
      markUnreadable(request, {
        reason: 'unsupported',
        message: 'must be sent with Content-Type: application/json.',
      });
      return done();
    }
    parse(request, response, (error?: unknown) => {
      if (error !== undefined && error !== null) markUnreadable(request, describe(error, bodyLimit));
      else if (isDeeperThan(request.body, DEEPEST)) {
        markUnreadable(request, { reason: 'malformed', message: `nests deeper than ${DEEPEST} levels.` });
      }
      done();
    });
  };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

function describe(error: unknown, bodyLimit: number | string): UnreadableBody {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  switch (type) {
    case 'entity.too.large': {
      const limit = typeof bodyLimit === 'number' ? `${bodyLimit} bytes` : bodyLimit;
      const message = `is over the limit of ${limit}. Send less at a time, or raise it: setupWhatsApp(app, { bodyLimit }).`;
      return { reason: 'too-large', message };
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
