import { form } from '../http/tenancy/call.js';
import { jsonText } from './strange.js';
import type { WireRequest } from './wire.js';

/** The workspace of the row that an id in a path names; or a text in its place, percent-encoded or not. */
export type Named = 'own' | 'foreign' | 'unknown' | { readonly text: string };

export type DraftBody =
  | { readonly as: 'json'; readonly value: unknown }
  | { readonly as: 'text'; readonly value: string; readonly type: string }
  | { readonly as: 'form'; readonly fields: Readonly<Record<string, string>>; readonly file?: string }
  | { readonly as: 'bytes'; readonly value: Buffer; readonly type: string };

/** A request before it is written out: what can be changed of it has a name. */
export interface Draft {
  readonly method: string;
  /** As the document has it. */
  readonly path: string;
  readonly params: Readonly<Record<string, Named>>;
  /** Behind the path, before the query. */
  readonly suffix: string;
  /** Encoded already. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: DraftBody | undefined;
  readonly cutAt?: number | undefined;
}

/** Writes a draft out. @param path with its ids */
export function written({ method, query, headers, body, cutAt }: Draft, path: string): WireRequest {
  const { bytes, type } = bytesOf(body);
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  return {
    method,
    path: inLatin1(search === '' ? path : `${path}?${search}`),
    headers: [
      ...(type !== undefined && !hasType ? [['content-type', type] as const] : []),
      // An empty one takes away what would be there.
      ...headers.filter(([, value]) => value !== '').map(([name, value]) => [name, inHeader(value)] as const),
    ],
    body: bytes,
    cutAt: bytes.length > 0 ? cutAt : undefined,
  };
}

export function bytesOf(body: DraftBody | undefined): { readonly bytes: Buffer; readonly type: string | undefined } {
  if (!body) return { bytes: Buffer.alloc(0), type: undefined };
  if (body.as === 'json') return { bytes: Buffer.from(jsonText(body.value)), type: 'application/json' };
  if (body.as === 'text') return { bytes: Buffer.from(body.value), type: body.type };
  if (body.as === 'bytes') return { bytes: body.value, type: body.type };
  const { body: text, headers } = form(body.fields, body.file);
  return { bytes: Buffer.from(String(text)), type: headers?.['content-type'] };
}

/** Bytes of UTF-8 as Node takes a path, without what it would not send: spaces and control characters. */
const inLatin1 = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/[^\u0021-\u00ff]|#/g, (character) => encodeURIComponent(character));

/** The same of a header's value. */
const inHeader = (text: string): string =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '');
