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
