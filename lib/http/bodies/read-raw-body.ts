import type { ServerResponse } from 'node:http';
import bodyParser from 'body-parser';
import type { BodyRequest } from './body-request.js';
import { markUnreadable } from './unreadable-body.js';

/** Bytes; a webhook of Meta's has at most 3 MB. */
const LIMIT = 5 * 1024 * 1024;

const parse = bodyParser.raw({ limit: LIMIT, type: () => true });

/** Reads the bytes of a body and leaves them as they are; what cannot be read is marked as unreadable and is no error yet. */
export function readRawBody(request: BodyRequest, response: ServerResponse, done: () => void): void {
  parse(request, response, (error?: unknown) => {
    if (error !== undefined && error !== null) {
      const isTooLarge = typeof error === 'object' && 'type' in error && error.type === 'entity.too.large';
      if (isTooLarge) markUnreadable(request, { reason: 'too-large', message: `is over the limit of ${LIMIT} bytes.` });
      else markUnreadable(request, { reason: 'malformed', message: 'could not be read to its end.' });
    }
    // One that is not there is one without bytes.
    request.rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    done();
  });
}
