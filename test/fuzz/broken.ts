import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { type Draft, bytesOf, type DraftBody } from './draft.js';
import { anEdit, edited, strangeText, listed } from './strange.js';

/** A way to break a request. */
export interface Breakage {
  readonly kind: string;
  readonly apply: (draft: Draft) => Draft;
}

const kind = <T>(
  name: string,
  given: fc.Arbitrary<T>,
  apply: (draft: Draft, value: T) => Draft,
): fc.Arbitrary<Breakage> =>
  given.map((value) => ({
    kind: name,
    apply: (draft) => apply(draft, value),
    toString: () => `${name} ${String(value).slice(0, 40)}`,
  }));

const withBytes = (draft: Draft, change: (bytes: Buffer) => Buffer): Draft => {
  const { bytes, type = 'application/json' } = bytesOf(draft.body);
  return { ...draft, body: { as: 'bytes', value: change(bytes), type } };
};

const withHeader = (draft: Draft, ...headers: readonly (readonly [string, string])[]): Draft => ({
  ...draft,
  headers: [...draft.headers, ...headers],
});

const without = (draft: Draft, name: string): Draft => ({
  ...draft,
  headers: draft.headers.filter(([header]) => header.toLowerCase() !== name),
});

/** Of JSON and of forms; of other bodies lines are edited as if they were a list of cells. */
const inBody = kind('a field', fc.array(anEdit, { minLength: 1, maxLength: 2 }), (draft, edits) => {
  const { body } = draft;
  const change = (value: unknown): unknown => edits.reduce<unknown>((changed, edit) => edited(changed, edit), value);
  return { ...draft, body: changedBody(body, change) };
});

function changedBody(body: DraftBody | undefined, change: (value: unknown) => unknown): DraftBody | undefined {
  if (!body || body.as === 'json') return { as: 'json', value: change(body?.value ?? {}) };
  if (body.as === 'text') {
    const cells = body.value.split('\n').map((line) => line.split(','));
    const rows = change(cells);
    const lines = Array.isArray(rows) ? rows : [rows];
    return {
      ...body,
      value: lines.map((line: unknown) => (Array.isArray(line) ? line.map(cellOf).join(',') : cellOf(line))).join('\n'),
    };
  }
  if (body.as === 'form') {
    const fields = Object.entries(Object(change(body.fields))).map(([name, value]) => [
      name.replaceAll(/["\r\n]/g, '_'),
      cellOf(value),
    ]);
    return { ...body, fields: Object.fromEntries(fields) };
  }
  return body;
}

const cellOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

const asText = kind(
  'a body that is no such text',
  fc.oneof(
    fc.constantFrom(
      ...listed(`null | [] | "x" | 1 | true | { | {"a": | {"a":1}} | {"a":1,"a":{}} | {'a':1} | {"a":NaN} | a=b&c=d`),
      '',
      ' ',
      '\ufeff{}',
      ...listed('"'),
      '['.repeat(100_000),
      '{"a":'.repeat(20_000),
      `{"a":"${'x'.repeat(6_000_000)}"}`,
      '\0'.repeat(100),
      '--between\r\n',
      '""",""",\n"',
    ),
    strangeText,
  ),
  (draft, text) => withBytes(draft, () => Buffer.from(text)),
);

const asBytes = kind(
  'odd bytes',
  fc.tuple(
    fc.constantFrom('cut', 'invalid', 'utf16', 'bom', 'garbage', 'latin1'),
    fc.nat(10_000),
    fc.uint8Array({ maxLength: 40 }),
  ),
  (draft, [how, at, bytes]) =>
    withBytes(draft, (body) => {
      const place = at % Math.max(body.length, 1);
      if (how === 'cut') return body.subarray(0, place);
      if (how === 'utf16') return Buffer.from(body.toString(), 'utf16le');
      if (how === 'latin1') return Buffer.from(body.toString(), 'latin1');
      if (how === 'bom') return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
      if (how === 'garbage') return Buffer.concat([body, Buffer.from(bytes)]);
      return Buffer.concat([
        body.subarray(0, place),
        Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
        body.subarray(place),
      ]);
    }),
);

const contentType = kind(
  'a content type',
  fc.constantFrom(
    ...listed('text/plain | application/xml | application/x-www-form-urlencoded | multipart/form-data'),
    ...listed('multipart/form-data; boundary= | multipart/form-data; boundary=between'),
    ...listed('multipart/mixed; boundary=between'),
    ...listed('application/json; charset=utf-16 | application/json; charset=x-nothing | application/json, text/csv'),
    ...listed('text/csv | text/csv; charset=utf-16le | text/csv; charset=latin1'),
    `multipart/form-data; boundary=${'x'.repeat(500)}`,
    ...listed('application/x-ndjson | APPLICATION/JSON | application/json;;; | / | x | application/vnd.api+json'),
    ...listed('text/html | */* | application/json; charset="'),
  ),
  (draft, type) => withHeader(without(draft, 'content-type'), ['content-type', type]),
);

const encoding = kind(
  'an encoding',
  fc.tuple(
    fc.constantFrom('gzip', 'deflate', 'br', 'identity', 'x-nothing', 'gzip, gzip', 'GZIP', 'zstd', 'compress'),
    fc.constantFrom('as it is', 'compressed', 'cut', 'bomb', 'otherwise'),
  ),
  (draft, [name, how]) => {
    const pack = name === 'br' ? brotliCompressSync : name === 'deflate' ? deflateSync : gzipSync;
    const packed = withBytes(draft, (body) => {
      if (how === 'as it is') return body;
      if (how === 'otherwise') return brotliCompressSync(gzipSync(body));
      if (how === 'bomb')
        return pack(Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(12_000_000, 'x'), Buffer.from('"}')]));
      return how === 'cut' ? pack(body).subarray(0, -6) : pack(body);
    });
    return withHeader(packed, ['content-encoding', name]);
  },
);

const header = kind(
  'a header',
  fc.tuple(
    fc.constantFrom(
      ...listed('idempotency-key | accept | accept-language | cookie | origin | referer | range | if-none-match'),
      ...listed('if-modified-since | x-forwarded-for'),
      ...listed('x-forwarded-host | x-http-method-override | authorization | x-api-key | x-whatsapp-console'),
      ...listed('x-hub-signature-256 | last-event-id | expect | te | upgrade | sec-fetch-site'),
    ),
    fc.oneof(
      strangeText,
      fc.constantFrom(
        'Bearer',
        'Bearer ',
        'Bearer x y',
        'Basic eDp4',
        'whatsapp_session=%zz',
        'whatsapp_session=; ; =',
        'bytes=0-',
        'sha256=',
        'sha256=zz',
        'x'.repeat(255),
        'x'.repeat(256),
        'x'.repeat(9_000),
        'http://[',
        'DELETE',
        '*/*;q=0',
      ),
    ),
    fc.constantFrom('instead', 'again', 'thrice'),
  ),
  (draft, [name, value, how]) => {
    if (name === 'expect' || name === 'upgrade') return withHeader(draft, [name, 'x']);
    const rest = how === 'instead' ? without(draft, name) : draft;
    return withHeader(rest, ...Array.from({ length: how === 'thrice' ? 3 : 1 }, () => [name, value] as const));
  },
);

/** Of percent encodings, too. */
const segment = fc.oneof(
  fc.constantFrom(
    ...listed('% | %zz | %00 | %2e%2e%2f | .. | . | %ED%A0%80 | %C0%AF | %u0041 | %25 | -1 | 0 | 1 | 2 | 3 | 00'),
    ...listed('1.0 | 1e3 | 0x10'),
    'x'.repeat(150),
    '9'.repeat(3_000),
    'x'.repeat(15_000),
    ...listed('9007199254740993 | 9223372036854775808 | 2147483648 | 99999999999999999999 | %D9%A1 | + | %20'),
    ...listed('%20%31 | 1%20 | null | undefined | * | %2f | ; | 1;a=b | :id | {id} | a%3Ab'),
    ...listed('00000000-0000-0000-0000-000000000000 | FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF | __proto__'),
    ...listed(`constructor | wamid. | US.1 | '%20OR%20'1'='1`),
  ),
  strangeText.map((text) => encodeURIComponent(Buffer.from(text).toString()).slice(0, 9_000)),
);

const inPath = kind(
  'a path',
  fc.tuple(
    fc.nat(3),
    fc.oneof(
      fc.constantFrom('foreign' as const, 'unknown' as const),
      segment.map((text) => ({ text })),
    ),
  ),
  (draft, [at, named]) => {
    const names = Object.keys(draft.params);
    const name = names[at % Math.max(names.length, 1)];
    if (name === undefined) return { ...draft, suffix: typeof named === 'string' ? '/' : `/${named.text}` };
    return { ...draft, params: { ...draft.params, [name]: named } };
  },
);

const elsewhere = kind(
  'another path',
  fc.constantFrom(
    '/',
    '//',
    '/x',
    '/%2e%2e',
    '/../..',
    '%2f',
    ';x',
    '.json',
    '/*',
    '/__proto__',
    '/%zz',
    `/${'x/'.repeat(3_000)}`,
  ),
  (draft, suffix) => ({ ...draft, suffix }),
);

const method = kind(
  'a method',
  fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND'),
  (draft, name) => ({ ...draft, method: name }),
);

const inQuery = kind(
  'a query',
  fc.tuple(
    fc.nat(12),
    fc.oneof(
      segment,
      fc.constantFrom(
        '0001-01-01',
        '2026-02-30',
        '9999999999999',
        '-1',
        '2026-11-30T25:00:00Z',
        '1969-12-31T23:59:59Z',
        '%7B%22a%22%3A1%7D',
      ),
    ),
    fc.constantFrom('instead', 'again', 'list', 'object', 'inherited', 'bare', 'more'),
  ),
  (draft, [at, value, how]) => {
    const names = [
      ...draft.query.map(([name]) => name),
      'page',
      'page_size',
      'per_page',
      'limit',
      'cursor',
      'before',
      'q',
      'search',
      'phone',
      'status',
      'from',
    ];
    const name = names[at % names.length] ?? 'x';
    const others = draft.query.filter(([other]) => other !== name);
    if (how === 'instead') return { ...draft, query: [...others, [name, value]] };
    if (how === 'again') return { ...draft, query: [...draft.query, [name, value], [name, value]] };
    if (how === 'list') return { ...draft, query: [...others, [`${name}[]`, value], [`${name}[]`, value]] };
    if (how === 'object') return { ...draft, query: [...others, [`${name}[a][b]`, value]] };
    if (how === 'inherited')
      return {
        ...draft,
        query: [...draft.query, ['__proto__[x]', value], ['constructor[prototype][x]', value], ['__proto__', value]],
      };
    if (how === 'bare') return { ...draft, query: [...others, [`&&=&${name}`, ''], ['%zz', '%']] };
    return {
      ...draft,
      query: [
        ...draft.query,
        ...Array.from({ length: 1_200 }, (_, index) => [`x${index}`, value.slice(0, 3)] as const),
      ],
    };
  },
);

/** Ids and places of pages that another workspace, or another list, has. */
const strangeCursor = (cursors: readonly string[]) =>
  kind(
    'a cursor of another kind',
    fc.tuple(fc.constantFrom(...cursors), fc.constantFrom('cursor', 'before'), fc.nat(30)),
    (draft, [cursor, name, cut]) => ({
      ...draft,
      query: [
        ...draft.query.filter(([other]) => other !== name),
        [name, encodeURIComponent(cut < 20 ? cursor : cursor.slice(0, -(cut - 18)))],
      ],
    }),
  );

const foreign = (words: readonly (readonly [own: string, other: string])[]) =>
  kind("another workspace's", fc.constantFrom(...words), (draft, [own, other]) => {
    const replaced = (text: string) => text.replaceAll(own, other);
    const { body } = draft;
    return {
      ...draft,
      query: draft.query.map(([name, value]) => [name, replaced(value)] as const),
      body:
        body?.as === 'json' ? { as: 'json', value: JSON.parse(replaced(JSON.stringify(body.value) ?? 'null')) } : body,
    };
  });

const leaving = kind('a client that leaves', fc.nat(100_000), (draft, cutAt) => ({ ...draft, cutAt }));

/** All ways to break a request. */
export const aBreakage = ({
  cursors,
  words,
}: {
  readonly cursors: readonly string[];
  readonly words: readonly (readonly [string, string])[];
}) =>
  fc.oneof(
    { weight: 12, arbitrary: inBody },
    { weight: 3, arbitrary: asText },
    { weight: 3, arbitrary: asBytes },
    { weight: 3, arbitrary: contentType },
    { weight: 2, arbitrary: encoding },
    { weight: 4, arbitrary: header },
    { weight: 4, arbitrary: inPath },
    { weight: 1, arbitrary: elsewhere },
    { weight: 1, arbitrary: method },
    { weight: 5, arbitrary: inQuery },
    { weight: 2, arbitrary: strangeCursor(cursors) },
    { weight: 2, arbitrary: foreign(words) },
    { weight: 1, arbitrary: leaving },
  );
