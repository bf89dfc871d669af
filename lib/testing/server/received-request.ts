import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { readMultipart, type MultipartBody } from './multipart-body.js';

/** A request that arrived whole. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** When its head arrived, by `Graph.preciseNow()`. */
  readonly arrivedAt: number;
  /** The parsed body: JSON, or the fields of a form. */
  readonly body: unknown;
  readonly multipart?: MultipartBody;
  /** Why the body could not be parsed. */
  readonly malformed?: string;
}

/** Reads a request to its end. Rejects only when the client went away before. */
export async function receive(
  request: IncomingMessage,
  arrivedAt: number,
  keepBytes: number,
): Promise<ReceivedRequest> {
  const { method = 'GET', headers, url = '/' } = request;
  const contentType = headers['content-type'] ?? '';
  const [path = '/'] = url.split('?', 1);
  const received = { method, path, query: new URLSearchParams(url.slice(path.length)), headers, arrivedAt };
  if (/^multipart\/form-data/i.test(contentType)) {
    const multipart = await readMultipart(request, contentType, keepBytes).catch((error: unknown) => {
      if (request.destroyed && !request.complete) throw error;
      request.resume();
    });
    if (!multipart) return { ...received, body: undefined, malformed: 'is not valid multipart/form-data.' };
    const { content: _content, ...file } = multipart.file ?? {};
    return { ...received, multipart, body: { ...multipart.fields, ...(multipart.file && { file }) } };
  }
  return { ...received, ...parse(await readText(request), contentType) };
}

/** Listens to the events itself: iterating over the request takes three times as long. */
function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
  });
}

function parse(text: string, contentType: string): { body: unknown; malformed?: string } {
  if (text === '') return { body: undefined };
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) {
    return { body: Object.fromEntries(new URLSearchParams(text)) };
  }
  if (!/^application\/json/i.test(contentType)) {
    return { body: text, malformed: 'must be sent with Content-Type: application/json.' };
  }
  try {
    const body: unknown = JSON.parse(text);
    return { body };
  } catch {
    return { body: text, malformed: 'is not valid JSON.' };
  }
}
