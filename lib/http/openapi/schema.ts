/** A schema as OpenAPI 3.0 writes it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly nullable?: boolean;
  readonly format?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

type Properties = Readonly<Record<string, Schema>>;

/** An object that has all of these fields, and maybe some of those. */
export const object = (fields: Properties, some: Properties = {}): Schema => ({
  type: 'object',
  properties: { ...fields, ...some },
  ...(Object.keys(fields).length > 0 && { required: Object.keys(fields) }),
});

export const array = (items: Schema, more: Schema = {}): Schema => ({ ...more, type: 'array', items });
export const string = (more: Schema = {}): Schema => ({ ...more, type: 'string' });
export const integer = (more: Schema = {}): Schema => ({ ...more, type: 'integer' });
export const number = (more: Schema = {}): Schema => ({ ...more, type: 'number' });
export const boolean = (more: Schema = {}): Schema => ({ ...more, type: 'boolean' });
export const oneOf = (...values: readonly string[]): Schema => ({ type: 'string', enum: values });
export const nullable = (schema: Schema): Schema => ({
  ...schema,
  nullable: true,
  ...(schema.enum && { enum: [...schema.enum, null] }),
});
