const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** The variables of a text, each once, in order of appearance: `['1', '2']` or `['first_name']`. */
export function placeholdersOf(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(PLACEHOLDER), ([, name = '']) => name))];
}

/** The text with its variables replaced. */
export function hydrate(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(PLACEHOLDER, (placeholder, name: string) => values.get(name) ?? placeholder);
}

/** Whether a variable is one of a positional template. */
export function isPositional(name: string): boolean {
  return /^\d+$/.test(name);
}
