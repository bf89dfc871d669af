import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Dispatcher } from 'undici';
import { codeOf } from '../foreign-errors.js';
import { outcomeOf } from './graph-outcome.js';
import { MetaUnreachableError } from './meta-outcome.errors.js';

/** A file on its way from Meta. */
export interface GraphDownload {
  readonly headers: IncomingHttpHeaders;
  /** Must be read to its end or destroyed: until then it holds a connection. */
  readonly body: Readable;
}

/** What a download takes. */
export interface GraphDownloadRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Hidden wherever Meta repeats them. */
  readonly secrets: readonly (string | undefined)[];
  /** Milliseconds to the answer's head, and from piece to piece. */
  readonly responseTimeout: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Begins to read a file; no redirect is followed.
 * @throws MetaApiError when Meta refused it
 * @throws MetaUnreachableError when there was no answer with a file
 */
export async function downloadFrom(dispatcher: Dispatcher, request: GraphDownloadRequest): Promise<GraphDownload> {
  const { statusCode, headers, body } = await answerTo(dispatcher, request);
  if (statusCode === 200) return { headers, body };
  const answer = { kind: 'answer' as const, status: statusCode, headers, text: await text(body).catch(() => '') };
  const outcome = outcomeOf('GET', answer, request.secrets);
  if (outcome.kind !== 'answered') throw outcome.error;
  throw new MetaUnreachableError({ reason: 'answer', httpStatus: statusCode });
}

async function answerTo(dispatcher: Dispatcher, { url, headers, responseTimeout, signal }: GraphDownloadRequest) {
  try {
    return await dispatcher.request({
      method: 'GET',
      origin: url.origin,
      path: url.pathname + url.search,
      headers: { ...headers },
      headersTimeout: responseTimeout,
      bodyTimeout: responseTimeout,
      signal,
    });
  } catch (error) {
    const systemCode = codeOf(error);
    if (signal?.aborted) throw new MetaUnreachableError({ reason: 'aborted' });
    throw new MetaUnreachableError({ reason: isTimeout(systemCode) ? 'timeout' : 'connection', systemCode });
  }
}

const isTimeout = (code: string | undefined): boolean => code?.endsWith('_TIMEOUT') ?? false;
