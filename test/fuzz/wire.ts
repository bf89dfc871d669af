import { type Agent, request } from 'node:http';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** With its query, encoded however it is. */
  readonly path: string;
  /** In their order, one name as often as there are values. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** How many bytes of the body are sent before the client leaves; undefined for all. */
  readonly cutAt?: number | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Milliseconds after which an answer counts as one that never comes. */
const LONGEST_MS = 30_000;

/** Sends a request as it is; undefined when a client that left was not answered. Of an answer without an end only the head is read. */
export function send(url: string, agent: Agent, given: WireRequest): Promise<WireAnswer | undefined> {
  const { hostname, port } = new URL(url);
  const { method, path, body, cutAt } = given;
  const mayHaveBody = !['GET', 'HEAD'].includes(method) || body.length > 0;
  const headers = [...given.headers, ...(mayHaveBody ? [['content-length', String(body.length)] as const] : [])];
  return new Promise((resolve, reject) => {
    const call = request({ hostname, port, path, method, agent, headers: ['host', 'localhost', ...headers.flat()] });
    call.setTimeout(LONGEST_MS, () => call.destroy(new Error(`No answer within ${LONGEST_MS / 1_000} s`)));
    call.on('error', (error) => {
      if (cutAt !== undefined) resolve(undefined);
      // The server may have closed the connection after its last answer.
      else if (call.reusedSocket && 'code' in error && error.code === 'ECONNRESET') resolve(send(url, agent, given));
      else reject(error);
    });
    call.on('response', (response) => {
      const answer = { status: response.statusCode ?? 0, headers: headersOf(response.rawHeaders) };
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () => resolve({ ...answer, text: Buffer.concat(pieces).toString() }));
      if (answer.headers.get('content-type')?.startsWith('text/event-stream')) {
        resolve({ ...answer, text: '' });
        call.destroy();
      }
    });
    if (cutAt === undefined) call.end(body);
    else call.write(body.subarray(0, cutAt % Math.max(body.length, 1)), () => call.destroy());
  });
}

function headersOf(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index < raw.length; index += 2) headers.append(raw[index] ?? '', raw[index + 1] ?? '');
  return headers;
}

/** The request as a line for a shell. Node reads a path and headers as Latin-1. */
export function curlOf(url: string, { method, path, headers, body, cutAt }: WireRequest): string {
  const parts = ['curl', '-sv', '-X', method, '--path-as-is', '-g', quoted(url + path)];
  for (const [name, value] of headers) parts.push('-H', quoted(value === '' ? `${name};` : `${name}: ${value}`));
  if (cutAt !== undefined) parts.push(`# leaves after ${cutAt % Math.max(body.length, 1)} bytes of its body`);
  if (body.length === 0) return parts.join(' ');
  const text = body.toString();
  const isText = Buffer.from(text).equals(body) && !text.includes('\0');
  if (isText) return [...parts, '--data-binary', quoted(text)].join(' ');
  return `echo ${body.toString('base64')} | base64 -d | ${parts.join(' ')} --data-binary @-`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
