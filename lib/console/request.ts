import type { Console } from '../http/types.js';
import type { Json } from './json.js';
import { addressOf, linkToken } from './router.js';

/** What the console's API refused, or that it could not be reached. */
export class ApiError extends Error {
  constructor(
    /** HTTP; 0 when there was no answer. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, readonly string[]>> = {},
  ) {
    super(message);
  }
}

/** Called when a session has ended, whatever was asked for. */
export const signedOut = new EventTarget();

interface Asked {
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as what it is, instead. */
  readonly file?: Blob;
  /** Sent with a file in it, instead. */
  readonly form?: FormData;
  readonly query?: URLSearchParams;
  readonly signal?: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is asked for twice with the same key happens once. */
  readonly key?: string;
}

/** A new key for something that is to happen once. Browsers have `crypto.randomUUID` on pages with TLS alone. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Asks the console's API. @throws ApiError */
export async function call<Answer>(method: Method, path: string, asked: Asked = {}): Promise<Answer> {
  const response = await open(method, path, asked);
  // oxlint-disable-next-line no-unsafe-type-assertion -- the server's own tests hold its answers against these types
  return readJson(await response.text()) as Answer;
}

/** Gets a file. @throws ApiError */
export async function download(path: string): Promise<Blob> {
  const response = await open('GET', path);
  return response.blob().catch(offline);
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Asks the console's API for an answer that is read as it comes. @throws ApiError */
export async function open(
  method: Method,
  path: string,
  { body, file, form, query, signal, headers, key }: Asked = {},
): Promise<Response> {
  const type = file?.type ?? (body && 'application/json');
  const response = await fetch(addressOf(`api/${path}`, query), {
    method,
    signal: signal ?? null,
    headers: {
      // What pages of other sites cannot send.
      'X-WhatsApp-Console': '1',
      ...(linkToken !== undefined && { 'X-WhatsApp-Console-Link': linkToken }),
      ...(type !== undefined && { 'Content-Type': type }),
      ...(key !== undefined && { 'Idempotency-Key': key }),
      ...headers,
    },
    // A form says itself of what type it is.
    ...(form ? { body: form } : type !== undefined && { body: file ?? JSON.stringify(body) }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    return offline();
  });
  if (response.ok) return response;
  throw refusalOf(response.status, readJson(await response.text()));
}

function offline(): never {
  throw new ApiError(0, 'OFFLINE', '');
}

/** Asks for an answer of many lines, each of them JSON, and hands them over as they come. @throws ApiError */
export async function* callForLines<Line>(path: string, asked: Asked): AsyncGenerator<Line, void, undefined> {
  const { body } = await open('POST', path, asked);
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read().catch(offline)) {
    const lines = (rest + read.value).split('\n');
    rest = lines.pop() ?? '';
    // oxlint-disable-next-line no-unsafe-type-assertion -- the server's own tests hold its answers against these types
    yield* lines.map((line) => JSON.parse(line) as Line);
  }
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(status: number, answer: unknown): ApiError {
  const { error, code, details }: Partial<Json<Console.ErrorAnswer>> = Object(answer);
  const refusal = new ApiError(status, code ?? 'UNREADABLE', error ?? '', details);
  if (refusal.code === 'SIGN_IN_REQUIRED' || refusal.code === 'LINK_ENDED') signedOut.dispatchEvent(new Event('ended'));
  return refusal;
}
