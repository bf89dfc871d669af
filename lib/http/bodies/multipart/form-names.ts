/** Levels of `contact[groups][0]`, and a few more. */
const DEEPEST = 5;

/** The steps to a field: `contact[groups][]` is `contact`, `groups` and an empty one. */
export function stepsOf(name: string): readonly string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  const [, root = name, rest = ''] = match ?? [];
  const steps = [root, ...Array.from(rest.matchAll(/\[([^[\]]*)\]/g), ([, step = '']) => step)];
  return steps.length > DEEPEST ? [name] : steps;
}

interface Branch extends Map<string, string | string[] | Branch> {}

/** Texts by bracketed names, as the objects and lists that they mean. */
export class NestedFields {
  readonly #root: Branch = new Map();

  /** A name that was given before stands for a list. @returns false when it stands for a text and an object at once */
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

/** Empty brackets stand for the next place of a list. */
const keyIn = (branch: Branch, step: string): string => (step === '' ? String(branch.size) : step);

function plain(value: string | string[] | Branch): unknown {
  if (!(value instanceof Map)) return value;
  const entries = Array.from(value, ([name, nested]) => [name, plain(nested)] as const);
  const isList = entries.every(([name], index) => name === String(index));
  return isList ? entries.map(([, nested]) => nested) : Object.fromEntries(entries);
}
