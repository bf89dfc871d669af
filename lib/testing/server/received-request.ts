import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { readMultipart, type MultipartBody } from './multipart-body.js';

/** A request that arrived whole. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** The parsed body: JSON, or the fields of a form. */
  readonly body: unknown;
  readonly multipart?: MultipartBody;
  /** Why the body could not be parsed. */
  readonly malformed?: string;
}

/** Reads a request to its end. Rejects only when the client went away before. */
export async function receive(request: IncomingMessage, keepBytes: number): Promise<ReceivedRequest> {
  const { method = 'GET', headers } = request;
  const url = new URL(request.url ?? '/', 'http://localhost');
  const contentType = headers['content-type'] ?? '';
  const received = { method, url, headers };
  if (/^multipart\/form-data/i.test(contentType)) {
    const multipart = await readMultipart(request, contentType, keepBytes).catch((error: unknown) => {
      if (request.destroyed && !request.complete) throw error;
      request.resume();
    });
    if (!multipart) return { ...received, body: undefined, malformed: 'is not valid multipart/form-data.' };
    const { content: _content, ...file } = multipart.file ?? {};
    return { ...received, multipart, body: { ...multipart.fields, ...(multipart.file && { file }) } };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return { ...received, ...parse(Buffer.concat(chunks).toString('utf8'), contentType) };
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
