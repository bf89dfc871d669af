import { type GraphError, invalidParam } from '../errors/graph-error.js';
/** How an endpoint words that a parameter is missing. */
export type MissingParam = (path: string) => GraphError;

/** One value of a request body, with the path by which Meta names it in its errors: `text['body']`. */
export class Param {
  constructor(
    readonly value: unknown,
    readonly path: string,
    private readonly missing: MissingParam,
  ) {}

  /** Whether it is there at all; `null` counts as absent. */
  get given(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** A member of this object; absent when this is no object. */
  get(key: string): Param {
    const value = isJsonObject(this.value) ? this.value[key] : undefined;
    return new Param(value, this.path === '' ? key : `${this.path}['${key}']`, this.missing);
  }

  /** The first of these members that is there. */
  firstOf(...keys: readonly string[]): Param | undefined {
    return keys.map((key) => this.get(key)).find((param) => param.given);
  }

  /** Says that this must be there and must be an object. */
  object(): this {
    this.required();
    if (!isJsonObject(this.value)) throw this.invalid('must be a JSON object.');
    return this;
  }

  /** The text of a required string, which must not be empty. */
  string(): string {
    this.required();
    if (typeof this.value !== 'string') throw this.invalid('must be a string.');
    if (this.value === '') throw this.missing(this.path);
    return this.value;
  }

  optionalString(): string | undefined {
    return this.given ? this.string() : undefined;
  }

  /** A required string of at most `max` characters. */
  text(max: number): string {
    const text = this.string();
    // No text has more characters than units: most need no counting.
    if (text.length > max && countCharacters(text) > max) throw this.invalid(`must be at most ${max} characters long.`);
    return text;
  }

  optionalText(max: number): string | undefined {
    return this.given ? this.text(max) : undefined;
  }

  /** A required string out of a list, whatever its case; returned in the list's spelling. */
  oneOf(allowed: readonly string[]): string {
    const text = this.string();
    const lowerCase = text.toLowerCase();
    const found = allowed.find((candidate) => candidate.toLowerCase() === lowerCase);
    if (found === undefined) throw this.invalid(`must be one of {${allowed.join(', ')}} - got "${text}".`);
    return found;
  }

  /** A whole number, also when written as a string of digits. */
  integer(): number {
    this.required();
    const number = typeof this.value === 'string' && /^-?\d+$/.test(this.value) ? Number(this.value) : this.value;
    if (typeof number !== 'number' || !Number.isInteger(number)) throw this.invalid('must be an integer.');
    return number;
  }

  /** A number between two bounds, also when written as a string. */
  numberBetween(min: number, max: number): number {
    this.required();
    const text = typeof this.value === 'string' ? this.value.trim() : this.value;
    const number = typeof text === 'string' && text !== '' ? Number(text) : text;
    if (typeof number !== 'number' || !(number >= min && number <= max)) {
      throw this.invalid(`must be a number between ${min} and ${max}.`);
    }
    return number;
  }

  /** The items of a required array. */
  items(): Param[] {
    this.required();
    if (!Array.isArray(this.value)) throw this.invalid('must be an array.');
    return this.value.map((item: unknown, index) => new Param(item, `${this.path}[${index}]`, this.missing));
  }

  optionalItems(): Param[] {
    return this.given ? this.items() : [];
  }

  /** The items of a required array that must have between `min` and `max` of them. */
  itemsBetween(min: number, max: number): Param[] {
    const items = this.items();
    if (items.length < min || items.length > max) throw this.invalid(`must have between ${min} and ${max} items.`);
    return items;
  }

  /** An error about this value; `why` continues the sentence "Param text['body'] …". */
  invalid(why: string): GraphError {
    return invalidParam(this.path, why);
  }

  /** Says that this must be there. */
  required(): this {
    if (!this.given) throw this.missing(this.path);
    return this;
  }
}

/** A JSON object with members that are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How many characters a text has as Meta counts them: an emoji that takes two UTF-16 units is one. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}
