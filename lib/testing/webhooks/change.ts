import type { JsonObject } from '../server/json.js';

/** What Meta tells under one field. */
export interface Change {
  readonly field: string;
  readonly value: JsonObject;
}
