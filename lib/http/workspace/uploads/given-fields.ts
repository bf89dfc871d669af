import { isJsonObject } from '../../../graph/json-object.js';

/** A body without the fields that were left empty: forms send each of theirs, filled in or not. */
export function givenFields(body: unknown): unknown {
  if (body === undefined) return {};
  if (!isJsonObject(body)) return body;
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== '' && value !== null));
}
