/** A variable in a template's text, such as `{{1}}` or `{{ name }}`. */
export interface Placeholder {
  /** What is in the braces, without the space around it. */
  readonly name: string;
  /** Where it starts in the text, in UTF-16 units. */
  readonly index: number;
  /** As written, braces and all. */
  readonly source: string;
}

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;
const POSITION = /^[0-9]+$/;

/** Every placeholder of a text in order of appearance; whatever else has braces is plain text. */
export function parsePlaceholders(text: string): Placeholder[] {
  return Array.from(text.matchAll(PLACEHOLDER), (match) => ({
    name: match[1] ?? '',
    index: match.index,
    source: match[0],
  }));
}

/** Whether a placeholder is a number, as in a positional template. */
export function isPosition(name: string): boolean {
  return POSITION.test(name);
}

/**
 * The names in a text, each once, in the order in which Meta wants their parameters: by number when all are numbers,
 * by appearance otherwise.
 */
export function placeholderNames(text: string): string[] {
  const names = [...new Set(parsePlaceholders(text).map((placeholder) => placeholder.name))];
  return names.every(isPosition) ? names.toSorted((one, other) => Number(one) - Number(other)) : names;
}

/** The text with its values in place. A placeholder without a value stays; values are never read as placeholders. */
export function fillPlaceholders(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(PLACEHOLDER, (source, name: string) => values.get(name) ?? source);
}
