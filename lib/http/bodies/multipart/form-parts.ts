import type { Readable } from 'node:stream';
import type { ValidationProblem } from '../../../errors.js';
import { InvalidMediaError } from '../../../media/media.errors.js';
import { type MediaFile, spooledFile } from '../../../media/media-file.js';
import { type Form, type FormFile, type FormFileRules, LARGEST_FIELD, MOST_PARTS } from './form.js';

/** Names come from the client, and go back to it. */
const LONGEST_NAME = 100;

/** Collects the parts of a form as they come; files go to temporary files, which `remove` removes. */
export class FormParts {
  readonly #fields = new NestedFields();
  readonly #files = new Map<string, FormFile>();
  readonly #spooled: MediaFile[] = [];
  readonly #spooling = new Map<Readable, Promise<void>>();
  readonly #names = new Set<string>();
  readonly #problems: ValidationProblem[] = [];
  #count = 0;

  constructor(private readonly rules: FormFileRules) {}

  addField(name: string, value: string, isTruncated: boolean): void {
    if (this.#isOneTooMany()) return;
    if (isTruncated) this.#refuse(name, `is over ${LARGEST_FIELD} bytes.`);
    if (!this.#fields.add(name, value)) this.#refuse(name, 'is given as a text and as an object.');
  }

  addFile(name: string, stream: Readable, filename: string): void {
    // No one listens any more once it was read, or dropped.
    stream.on('error', () => {});
    const rule = !this.#isOneTooMany() && Object.hasOwn(this.rules, name) ? this.rules[name] : undefined;
    if (!rule || this.#names.has(name)) {
      if (rule) this.#refuse(name, 'is given more than once.');
      stream.resume();
      return;
    }
    this.#names.add(name);
    const spooling = this.#spool(name, stream, filename, rule.most);
    // It may fail while the form is still coming in, and is asked for only then.
    spooling.catch(() => {});
    this.#spooling.set(stream, spooling);
  }

  /** Ends what is still being read: no more of it will come. */
  breakOff(): void {
    for (const stream of this.#spooling.keys()) stream.destroy(new Error('The form broke off.'));
  }

  /** Resolves once every file was read to its end. @throws when one could not be kept, for want of space, say */
  async spooled(): Promise<Form> {
    await Promise.all(this.#spooling.values());
    return { fields: this.#fields.toObject(), files: this.#files, problems: this.#problems };
  }

  async remove(): Promise<void> {
    await Promise.allSettled(this.#spooling.values());
    await Promise.all(this.#spooled.map((file) => file.remove()));
  }

  async #spool(name: string, stream: Readable, filename: string, most: number): Promise<void> {
    const pieces: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
    try {
      // Without a `return` whoever stops reading does not destroy the stream, which must be read to its end.
      const file = await spooledFile({ [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) }, most);
      this.#spooled.push(file);
      // Browsers send a field for files that was left empty as a file without name and bytes.
      if (file.size > 0 || filename !== '') this.#files.set(name, Object.assign(file, { filename }));
    } catch (error) {
      while (!(await pieces.next()).done);
      if (!(error instanceof InvalidMediaError)) throw error;
      this.#refuse(name, `is too large: at most ${Math.floor(most / 1024)} KB.`);
    }
  }

  /** Counted here: the parser does not get to the end of a form that is over a limit of its own for parts. */
  #isOneTooMany(): boolean {
    this.#count += 1;
    if (this.#count === MOST_PARTS + 1) this.#refuse('body', `has more than ${MOST_PARTS} parts.`);
    return this.#count > MOST_PARTS;
  }

  #refuse(name: string, message: string): void {
    this.#problems.push({ path: name.slice(0, LONGEST_NAME), message });
  }
}

/** Levels of `contact[groups][0]`, and a few more. */
const DEEPEST = 5;

/** The steps to a field: `contact[groups][]` is `contact`, `groups` and an empty one. */
function stepsOf(name: string): readonly string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  const [, root = name, rest = ''] = match ?? [];
  const steps = [root, ...Array.from(rest.matchAll(/\[([^[\]]*)\]/g), ([, step = '']) => step)];
  return steps.length > DEEPEST ? [name] : steps;
}

interface Branch extends Map<string, string | string[] | Branch> {}

/** Texts by bracketed names, as the objects and lists that they mean. */
class NestedFields {
  readonly #root: Branch = new Map();

  /** A repeated name makes a list. @returns false when it names a text and an object at once */
  add(name: string, value: string): boolean {
    const steps = stepsOf(name);
    let branch = this.#root;
    for (const step of steps.slice(0, -1)) {
      const next = branch.get(keyIn(branch, step)) ?? new Map();
      if (!(next instanceof Map)) return false;
      branch.set(keyIn(branch, step), next);
      branch = next;
    }
    const last = keyIn(branch, steps.at(-1) ?? '');
    const before = branch.get(last);
    if (before instanceof Map) return false;
    branch.set(last, before === undefined ? value : [before, value].flat());
    return true;
  }

  toObject(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Array.from(this.#root, ([name, value]) => [name, plain(value)]));
  }
}

/** Empty brackets are the next place of a list. */
const keyIn = (branch: Branch, step: string): string => (step === '' ? String(branch.size) : step);

function plain(value: string | string[] | Branch): unknown {
  if (!(value instanceof Map)) return value;
  const entries = Array.from(value, ([name, nested]) => [name, plain(nested)] as const);
  const isList = entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, nested]) => nested) : Object.fromEntries(entries);
}
