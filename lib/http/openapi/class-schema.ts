import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import { classOf, type FieldOptions, fieldsOf } from '../surface/dto.js';
import type { Schema } from './schema.js';

/** Classes by the names of their schemas, of which a document has one each. */
const NAMED = new Map<string, Type>();

/** The schemas of a surface's classes, each under a name of its own in `components.schemas`. */
export class ClassSchemas {
  readonly #schemas = new Map<string, Schema>();
  readonly #references = new Map<Type, Schema>();

  /** @param tag of the surface: two surfaces, or one and the host, may have classes of the same name */
  constructor(private readonly tag: string) {}

  /** By name, those included that others refer to. */
  get all(): ReadonlyMap<string, Schema> {
    return this.#schemas;
  }

  /** Returns a reference to the schema of a class. */
  refTo(type: Type): Schema {
    const known = this.#references.get(type);
    if (known) return known;
    const name = [...this.tag.split(' '), type.name].map(capitalized).join('');
    const named = NAMED.get(name) ?? type;
    if (named !== type) throw new Error(`Two classes of ${this.tag} are named ${type.name}: rename one.`);
    NAMED.set(name, type);
    const reference = { $ref: `#/components/schemas/${name}` };
    this.#references.set(type, reference);
    this.#schemas.set(name, this.#schemaOf(type));
    return reference;
  }

  /** Returns the fields of a class that can be in a query, in which nothing is an object or null. */
  parametersOf(type: Type): readonly DescribedField[] {
    return this.#fieldsOf(type, false).filter(({ name }) => typeof fieldsOf(type).get(name)?.type !== 'function');
  }

  /** Whether an object of a class needs any field. */
  isRequired(type: Type): boolean {
    return this.#fieldsOf(type, true).some(({ isRequired }) => isRequired);
  }

  #fieldsOf(type: Type, canBeNull: boolean): readonly DescribedField[] {
    const rules = rulesOf(type);
    return Array.from(fieldsOf(type), ([name, field]) => {
      const { isOptional, schema } = rules.get(name) ?? { isOptional: false, schema: {} };
      return {
        name,
        isRequired: !(field.optional ?? isOptional),
        schema: this.#fieldSchema({ nullable: canBeNull && isOptional, ...field }, schema),
      };
    });
  }

  #schemaOf(type: Type): Schema {
    const fields = this.#fieldsOf(type, true);
    const required = fields.flatMap(({ name, isRequired }) => (isRequired ? [name] : []));
    return {
      type: 'object',
      properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])),
      ...(required.length > 0 && { required }),
    };
  }

  #fieldSchema(field: FieldOptions, implied: Schema): Schema {
    const { type, each = false, itemSchema, example, nullable = false, ...options } = field;
    const { optional: _, service: __, nameInProblems: ___, checkedByService: ____, ...more } = options;
    const nested = classOf(field);
    const shown = isPlain(example) ? { example } : {};
    const described = { ...more, ...(nullable && { nullable }) };
    if (each) {
      const items = nested ? this.refTo(nested) : { type: jsonType(type) ?? 'string', ...itemSchema };
      return { ...implied, type: 'array', items, ...described };
    }
    // A reference cannot be null: what the class says is repeated.
    if (nested)
      return nullable ? { ...this.#schemaOf(nested), ...described } : withDescription(this.refTo(nested), more);
    const { type: impliedType = 'string', ...limits } = more.oneOf ? {} : implied;
    const values = more.enum ?? limits.enum;
    return {
      ...(!more.oneOf && { type: jsonType(type) ?? impliedType }),
      ...limits,
      ...described,
      ...(values && { enum: nullable && !values.includes(null) ? [...values, null] : values }),
      ...shown,
    };
  }
}

interface DescribedField {
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: Schema;
}

const capitalized = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const jsonType = (type: FieldOptions['type']): Schema['type'] => (typeof type === 'function' ? undefined : type);

const isPlain = (example: unknown): boolean =>
  typeof example === 'string' || typeof example === 'number' || typeof example === 'boolean';

/** OpenAPI ignores what is next to a reference. */
const withDescription = (reference: Schema, { description }: Schema): Schema =>
  description === undefined ? reference : { description, allOf: [reference] };

interface Rules {
  readonly isOptional: boolean;
  readonly schema: Schema;
}

type Rule = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** What the decorators of class-validator and our own say of a field, by their names. */
const IMPLIED: Readonly<Record<string, (constraints: Rule['constraints']) => Schema>> = {
  isString: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isArray: () => ({ type: 'array' }),
  isNotEmpty: () => ({ minLength: 1 }),
  isLength: ([minLength, maxLength]) => ({ minLength, maxLength }),
  minLength: ([minLength]) => ({ minLength }),
  maxLength: ([maxLength]) => ({ maxLength }),
  matches: ([pattern]) => ({ pattern: pattern.source }),
  isIn: ([values]) => ({ enum: values }),
  equals: ([value]) => ({ enum: [value] }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  isOneOf: ([words]) => ({ type: 'string', enum: words }),
  isFlag: () => ({ type: 'boolean' }),
  isMoment: () => ({ type: 'string', format: 'date-time' }),
  isWholeNumber: ([minimum, maximum]) => ({ type: 'integer', minimum, maximum }),
};

/** class-validator looks through the rules of all classes each time. */
const RULES = new WeakMap<Type, ReadonlyMap<string, Rules>>();

/** What the decorators of a class say of its fields. */
function rulesOf(type: Type): ReadonlyMap<string, Rules> {
  const known = RULES.get(type);
  if (known) return known;
  const rules = new Map<string, Rules>();
  RULES.set(type, rules);
  for (const { propertyName, name = '', constraints } of getMetadataStorage().getTargetValidationMetadatas(
    type,
    '',
    false,
    false,
  )) {
    const { isOptional, schema } = rules.get(propertyName) ?? { isOptional: false, schema: {} };
    rules.set(propertyName, {
      isOptional: isOptional || name === 'isOptional',
      schema: { ...IMPLIED[name]?.(constraints), ...schema },
    });
  }
  return rules;
}

/** Returns an example of a class made of the examples of its fields. What has none, and may be missing, is left out. */
export function exampleOf(type: Type): Readonly<Record<string, unknown>> {
  const example: Record<string, unknown> = {};
  const rules = rulesOf(type);
  for (const [name, field] of fieldsOf(type)) {
    const nested = classOf(field);
    if (field.example !== undefined) example[name] = field.example;
    else if (nested && !(field.optional ?? rules.get(name)?.isOptional))
      example[name] = field.each ? [exampleOf(nested)] : exampleOf(nested);
  }
  return example;
}
