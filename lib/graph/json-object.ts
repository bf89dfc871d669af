/** A JSON object of Meta's, whose fields are looked at before they are used. */
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

/** Whether a JSON value nests deeper than that; without recursion, which such a value would exhaust. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}
