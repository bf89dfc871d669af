import type { ValidationProblem } from '../../../errors.js';
import {
  isObject,
  typeInWords,
  characterProblems,
  codePointLength,
} from '../../../templates/variables/values/text-value.js';

const DEGREES = /^[+-]?\d+(?:\.\d+)?$/;

/** A value of a message's content and where it is; looking at it notes everything that Meta would refuse. */
export class Given {
  constructor(
    readonly value: unknown,
    readonly path: string,
    readonly problems: ValidationProblem[],
  ) {}

  /** Whether it was given at all. */
  get isThere(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  refuse(message: string): void {
    this.problems.push({ path: this.path, message });
  }

  /** A field; nothing where the value is no object, which `object` reports. */
  get(name: string): Given {
    const value = isObject(this.value) && Object.hasOwn(this.value, name) ? this.value[name] : undefined;
    return new Given(value, this.path === '' ? name : `${this.path}.${name}`, this.problems);
  }

  /** Itself where it is an object with fields. */
  object(): Given | undefined {
    if (isObject(this.value)) return this;
    this.refuse(this.isThere ? `is ${typeInWords(this.value)}; write an object.` : 'is required; write an object.');
    return undefined;
  }

  /** The items of a list; none where it is no list, or one of another length. */
  items(fewest: number, most: number): readonly Given[] {
    const { value } = this;
    if (!Array.isArray(value)) {
      this.refuse(this.isThere ? `is ${typeInWords(value)}; write a list.` : 'is required; write a list.');
      return [];
    }
    if (value.length < fewest || value.length > most) {
      const range = most === Infinity ? `at least ${fewest}` : `${fewest} to ${most}`;
      this.refuse(`has ${value.length} items; Meta takes ${range}.`);
      return [];
    }
    return Array.from(value, (item: unknown, index) => new Given(item, `${this.path}[${index}]`, this.problems));
  }

  /** A text that must be there, of at most so many characters. */
  text(longest?: number): string | undefined {
    const { value } = this;
    if (typeof value !== 'string') {
      this.refuse(this.isThere ? `is ${typeInWords(value)}; write text.` : 'is required; write text.');
      return undefined;
    }
    const problems = characterProblems(value);
    const length = codePointLength(value);
    if (longest !== undefined && length > longest) {
      problems.push(`has ${length} characters; Meta takes at most ${longest}.`);
    }
    for (const problem of problems) this.refuse(problem);
    return problems.length === 0 ? value : undefined;
  }

  optionalText(longest?: number): void {
    if (this.isThere) this.text(longest);
  }

  /** One of several words. */
  oneOf<Word extends string>(words: readonly Word[]): Word | undefined {
    const word = words.find((candidate) => candidate === this.value);
    if (word === undefined) this.refuse(`must be ${words.map((each) => `"${each}"`).join(' or ')}.`);
    return word;
  }

  numberBetween(lowest: number, highest: number): void {
    const { value } = this;
    if (typeof value === 'number' && value >= lowest && value <= highest) return;
    this.refuse(`must be a number from ${lowest} to ${highest}.`);
  }

  /** Degrees as a number, or as a text of one: Meta's own pages have both. */
  degreesWithin(most: number): void {
    const { value } = this;
    const isNumeric = typeof value === 'number' || (typeof value === 'string' && DEGREES.test(value.trim()));
    if (isNumeric && Math.abs(Number(value)) <= most) return;
    this.refuse(`must be a number from -${most} to ${most}.`);
  }

  optionalBoolean(): void {
    if (this.isThere && typeof this.value !== 'boolean') this.refuse('must be true or false.');
  }
}
