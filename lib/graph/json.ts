/** A JSON object of Meta's: its fields are looked at before they are used. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a parsed JSON value is an object, and neither a list nor null. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns an id of Meta's, which is opaque. @throws Error if the answer has no id */
export function idIn(answer: JsonObject, key = 'id'): string {
  const id = answer[key];
  if (typeof id === 'string' && id !== '') return id;
  throw new Error(`The answer has no ${key}.`);
}

/** Deeper than anything Meta takes or sends; what is deeper still exhausts the stack of whoever walks through it. */
export const DEEPEST_JSON = 100;

/** Whether a JSON value nests deeper than that; its recursion ends there. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return Object.keys(value).length > 0;
  for (const item of Object.values(value)) if (isDeeperThan(item, levels - 1)) return true;
  return false;
}

/** How large a JSON text is, and what keeps its values from being what was written, before anything is made of it. */
export interface JsonScan {
  /** Lists, objects and further elements: about as many values as there are. */
  readonly values: number;
  /** Levels of lists and objects. */
  readonly depth: number;
  readonly corrections: readonly Correction[];
}

/** Bytes of a JSON text: an integer that becomes a text, or the escape of half a character. */
interface Correction {
  readonly from: number;
  readonly to: number;
  readonly isInteger: boolean;
}

const [QUOTE, BACKSLASH, COMMA, MINUS, LETTER_U] = [0x22, 0x5c, 0x2c, 0x2d, 0x75];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Digits up to which a double surely holds an integer. */
const SAFE_DIGITS = 15;

const REPLACEMENT = Buffer.from(String.raw`\ufffd`);

/**
 * Scans a JSON text in one pass over its bytes: in milliseconds, where parsing it may take seconds and the memory of all its values.
 * What is no JSON is scanned too.
 */
export function scanJson(bytes: Buffer): JsonScan {
  const corrections: Correction[] = [];
  let [values, depth, level] = [0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      at = endOfString(bytes, at + 1, corrections);
    } else if (byte === COMMA) {
      values += 1;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      values += 1;
      level += 1;
      if (level > depth) depth = level;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      level -= 1;
    } else if (byte === MINUS || isDigit(byte)) {
      const end = endOfWord(bytes, at + 1);
      if (end - at > SAFE_DIGITS) correctInteger(bytes, at, end, corrections);
      at = end - 1;
    }
  }
  return { values, depth, corrections };
}

/** As many digits as may be rounded, or the escape of half a character: most answers have neither. */
const MAY_NEED_CORRECTION = /\d{16}|\\u[dD][89A-Fa-f]/;

/**
 * Parses JSON without rounding: an integer that a double cannot hold, as ids of templates are, becomes a text of its digits.
 * Half a character, which no database takes, becomes U+FFFD.
 * @param reviver as `JSON.parse` takes it
 * @param scan of the text, where it was made before
 * @throws SyntaxError
 */
export function parseExactly(
  json: string | Buffer,
  reviver?: (key: string, value: unknown) => unknown,
  scan?: JsonScan,
): unknown {
  if (typeof json === 'string' && !MAY_NEED_CORRECTION.test(json)) return JSON.parse(json, reviver);
  const bytes = typeof json === 'string' ? Buffer.from(json) : json;
  const { corrections } = scan ?? scanJson(bytes);
  return JSON.parse((corrections.length === 0 ? bytes : corrected(bytes, corrections)).toString('utf8'), reviver);
}

function corrected(bytes: Buffer, corrections: readonly Correction[]): Buffer {
  // An integer gets two quotes, and half a character has no more bytes than before.
  const result = Buffer.allocUnsafe(bytes.length + 2 * corrections.length);
  let [copied, length] = [0, 0];
  for (const { from, to, isInteger } of corrections) {
    length += bytes.copy(result, length, copied, from);
    if (isInteger) {
      result[length] = QUOTE;
      length += 1 + bytes.copy(result, length + 1, from, to);
      result[length] = QUOTE;
      length += 1;
    } else length += REPLACEMENT.copy(result, length);
    copied = to;
  }
  length += bytes.copy(result, length, copied);
  return result.subarray(0, length);
}

/** @returns where the quote is that ends the string, or the last byte where none does */
function endOfString(bytes: Buffer, start: number, corrections: Correction[]): number {
  let at = start;
  for (; at < bytes.length && bytes[at] !== QUOTE; at += 1) {
    if (bytes[at] !== BACKSLASH) continue;
    const unit = escapedUnit(bytes, at);
    at += 1;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const from = at - 1;
    const next = unit < 0xdc00 ? escapedUnit(bytes, from + 6) : -1;
    const isWhole = next >= 0xdc00 && next <= 0xdfff;
    if (!isWhole) corrections.push({ from, to: from + 6, isInteger: false });
    at = from + (isWhole ? 11 : 5);
  }
  return at;
}

/** Returns the UTF-16 unit of an escape such as `\ud83d`; -1 if no escape begins here. */
function escapedUnit(bytes: Buffer, at: number): number {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== LETTER_U) return -1;
  let unit = 0;
  for (let digit = at + 2; digit < at + 6; digit += 1) {
    const value = hexValueOf(bytes[digit] ?? 0);
    if (value < 0) return -1;
    unit = unit * 16 + value;
  }
  return unit;
}

function hexValueOf(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1;
}

function correctInteger(bytes: Buffer, from: number, to: number, corrections: Correction[]): void {
  const first = bytes[from] === MINUS ? from + 1 : from;
  for (let at = first; at < to; at += 1) if (!isDigit(bytes[at] ?? 0)) return;
  const digits = to - first;
  if (digits <= SAFE_DIGITS) return;
  const isSafe = digits === SAFE_DIGITS + 1 && Number.isSafeInteger(Number(bytes.toString('latin1', first, to)));
  if (!isSafe) corrections.push({ from, to, isInteger: true });
}

/** Where the digits, points, signs and exponents of a number end. */
function endOfWord(bytes: Buffer, start: number): number {
  let at = start;
  for (let byte = bytes[at] ?? 0; isDigit(byte) || isOfNumbers(byte); byte = bytes[at] ?? 0) at += 1;
  return at;
}

const OF_NUMBERS = Buffer.from('.eE+-');
const isOfNumbers = (byte: number): boolean => byte !== 0 && OF_NUMBERS.includes(byte);

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
