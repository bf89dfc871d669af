import * as fc from 'fast-check';

/** Texts between bars. */
export const listed = (text: string): readonly string[] => text.split(' | ');

/** Names that objects inherit. */
const INHERITED = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', 'then', 'length'];

/** Texts that someone did not reckon with. */
export const strangeText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\t\r\n',
    '\0',
    'x\0y',
    '\ud800',
    'a\udfff',
    '\u202egnp.exe',
    '\ufeff',
    '\ufffe',
    'é'.normalize('NFD'),
    ...listed(`+ | % | _ | '; DROP TABLE x; -- | " | \` | \${x} | {{1}} | <script>`),
    'مرحبا',
    '👩‍👩‍👧‍👦',
    'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤',
    '１２３',
    '٣',
    '\\',
    ...listed('0 | -1 | 1.5 | 1e5 | 0x10 | -0 | NaN | Infinity | null | true | undefined | [object Object]'),
    ...listed('9007199254740993 | 9223372036854775808 | 2147483648 | 00000001'),
    '9'.repeat(400),
    ...listed('0000-00-00 | 2026-02-30 | +275760-09-14T00:00:00Z | -271822-04-19 | 9999-12-31T23:59:60Z'),
    ...listed('2026-13-01T25:61:61Z'),
    ...listed('20261130 | 2026-11-30T00:00:00+99:99 | 2026-W49-1 | 1794864600 | now'),
    ...listed('2026-11-30T00:00:00.000000000Z'),
    ...listed('+ | +0 | +1 | +12025550101 x9 | 12025550101,12025550102 | US. | US.1 | +999999999999999 | 1e11'),
    '+1202555010１',
    ...listed('http:// | file:///etc/passwd | https://[::1 | javascript:alert(1) | //x | http://a@b:99999/'),
    'https://x.example/\0',
    ...listed('wamid.'),
    'x'.repeat(256),
    'x'.repeat(4097),
    '😀'.repeat(4096),
    'x'.repeat(70_000),
    `wamid.${'A'.repeat(500)}`,
    ...INHERITED,
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);

/** Where it stands in a value, JSON has a number that `JSON.stringify` would not write. */
const RAW_NUMBER = '\u27e6raw\u27e7';

/** JSON with numbers that only a text can have. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value)?.replaceAll(new RegExp(`"${RAW_NUMBER}([^"]*)"`, 'g'), '$1') ?? '';

const nested = (depth: number, inner: unknown, inArray: boolean): unknown => {
  let value = inner;
  for (let level = 0; level < depth; level += 1) value = inArray ? [value] : { x: value };
  return value;
};

/** JSON values that someone did not reckon with. */
export const strangeValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1,
    1.5,
    2 ** 31,
    2 ** 53,
    2 ** 63,
    1e21,
    1e300,
    -1e300,
    1e-300,
    ...['1e400', '-0', '123456789012345678901234567890', '-1e999'].map((number) => `${RAW_NUMBER}${number}`),
    {},
    [],
    [null],
    [[]],
    [{}],
    ['a', 'b'],
    { length: 1e9 },
    { toString: 1 },
    { toJSON: 'x' },
    { type: 'Buffer', data: [1] },
    Array.from({ length: 2_000 }, () => 'x'),
    Array.from({ length: 101 }, (_, index) => ({ index })),
  ),
  strangeText,
  fc.tuple(fc.integer({ min: 20, max: 1_000 }), fc.boolean()).map(([depth, inArray]) => nested(depth, 1, inArray)),
  fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }),
);

/** One change of a JSON value, at a place that is counted among all of its places. */
export interface Edit {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'wrap' | 'repeat' | 'add';
  readonly name: string;
  readonly value: unknown;
}

export const anEdit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(60),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'wrap', 'repeat', 'add'),
  name: fc.oneof(
    fc.constantFrom(...INHERITED, 'id', 'x'.repeat(5_000), '', '\0', '$where', 'a.b', 'a[0]'),
    strangeText,
  ),
  value: strangeValue,
});

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** A copy of a JSON value with the change. */
export function edited(value: unknown, { at, how, name, value: other }: Edit): unknown {
  const root: Record<string, unknown> = { whole: structuredClone(value) };
  const places = placesIn(root);
  // What holds all the rest is changed less often than a part of it.
  const place = places[(at + 1) % places.length];
  if (!place) return other;
  const { holder, key } = place;
  const old = holder[key];
  if (how === 'replace') set(holder, key, other);
  else if (how === 'remove') delete holder[key];
  else if (how === 'wrap') set(holder, key, at % 2 === 0 ? [old] : { [key]: old });
  else if (how === 'repeat') set(holder, key, [old, old]);
  else add(isRecord(old) ? old : holder, name, other);
  return root['whole'];
}

/** The outer places first, and no more of them than an edit may count. */
function placesIn(root: Record<string, unknown>): Place[] {
  const places: Place[] = [{ holder: root, key: 'whole' }];
  for (let index = 0; index < places.length && places.length < 200; index += 1) {
    const { holder, key } = places[index] ?? { holder: root, key: '' };
    const value = holder[key];
    if (isRecord(value)) places.push(...Object.keys(value).map((name) => ({ holder: value, key: name })));
  }
  return places;
}

function add(holder: object, name: string, value: unknown): void {
  if (Array.isArray(holder)) holder.push(value);
  else set(holder, name, value);
}

/** As a member of its own, whatever it is called. */
const set = (holder: object, key: string, value: unknown): void =>
  void Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
