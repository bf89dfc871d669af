import { GraphError } from '../errors/graph-error.js';
import { isJsonObject, type JsonObject } from './param.js';

/** The fields of a kind of node. */
export interface NodeFields {
  /** Meta's name of the kind, for errors: `WhatsAppBusinessAccount`. */
  readonly type: string;
  /** The fields returned when none are asked for; `id` always is. */
  readonly defaults: readonly string[];
  /** Every field; one with the value undefined is left out of the answer. */
  readonly values: JsonObject;
  /** Fields that are asked for with parameters: `pricing_analytics.start(1).end(2)`. */
  readonly withParameters?: Readonly<Record<string, (parameters: ReadonlyMap<string, string>) => unknown>>;
}

interface RequestedField {
  readonly name: string;
  readonly parameters?: ReadonlyMap<string, string>;
  readonly subfields?: readonly RequestedField[];
}

/**
 * The part of a node that a `fields` parameter asks for, `id` always included. Throws 100 for a field that the kind of
 * node does not have. See Meta's Graph API overview, "Fields".
 */
export function readFields(
  { type, defaults, values, withParameters = {} }: NodeFields,
  requested: string | null,
): JsonObject {
  const fields: RequestedField[] = requested ? parse(requested) : defaults.map((name) => ({ name }));
  const unknown = fields.find(({ name }) => !Object.hasOwn(values, name) && !Object.hasOwn(withParameters, name));
  if (unknown) {
    throw new GraphError(100, {
      message: `(#100) Tried accessing nonexisting field (${unknown.name}) on node type (${type})`,
    });
  }
  const computed = fields.filter(({ name }) => Object.hasOwn(withParameters, name));
  const results = computed.map(
    ({ name, parameters = new Map() }) => [name, withParameters[name]?.(parameters)] as const,
  );
  return pick({ ...values, ...Object.fromEntries(results) }, [...fields, { name: 'id' }]);
}

function pick(values: JsonObject, fields: readonly RequestedField[]): JsonObject {
  const picked: Record<string, unknown> = {};
  for (const { name, subfields } of fields) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) continue;
    picked[name] = subfields && isJsonObject(value) ? pick(value, subfields) : value;
  }
  return picked;
}

/** Reads `a.limit(3),b{c,d}`. */
function parse(text: string): RequestedField[] {
  return splitOutsideBraces(text).flatMap((part) => {
    const [, name, rest = '', inner] = /^\s*(\w+)([^{]*)(?:\{(.*)\})?\s*$/.exec(part) ?? [];
    if (name === undefined) {
      if (part.trim() === '') return [];
      throw new GraphError(2500, { message: `Syntax error "Expected name." at "${part.trim()}" in the fields` });
    }
    const parameters = new Map(
      Array.from(rest.matchAll(/\.(\w+)\(([^()]*)\)/g), ([, key = '', value = '']) => [key, value]),
    );
    return [{ name, parameters, ...(inner !== undefined && { subfields: [...parse(inner), { name: 'id' }] }) }];
  });
}

function splitOutsideBraces(text: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of text) {
    if ('{('.includes(character)) depth += 1;
    if ('})'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts;
}
