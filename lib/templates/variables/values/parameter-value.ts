import type { Problem } from '../../../errors.js';
import { isObject, typeInWords } from './reading.js';
import type { TemplateVariable, TemplateVariableKind } from '../template-variable.js';

/** Meta's parameter types for each kind of variable; the value stands in the field of the same name. */
const PARAMETER_TYPES: Readonly<Record<TemplateVariableKind, readonly string[]>> = {
  TEXT: ['text', 'currency', 'date_time'],
  ONE_TIME_CODE: ['text'],
  IMAGE: ['image'],
  VIDEO: ['video'],
  DOCUMENT: ['document'],
  LOCATION: ['location'],
  PRODUCT: ['product'],
  OFFER_EXPIRATION: ['limited_time_offer'],
  URL_SUFFIX: ['text'],
  QUICK_REPLY_PAYLOAD: ['payload'],
  VOICE_CALL: ['ttl_minutes', 'payload'],
  COUPON_CODE: ['coupon_code'],
  FLOW: ['action'],
  CATALOG: ['action'],
  MULTI_PRODUCT: ['action'],
};

const STRINGS = new Set(['text', 'payload', 'coupon_code']);

/** A value and where it stands in the parameter, such as `.text`. */
export interface ParameterValue {
  readonly path: string;
  readonly value: unknown;
}

/** The value in a parameter of Meta's own shape, or what is wrong with the shape. */
export function valueOfParameter(variable: TemplateVariable, parameter: unknown): ParameterValue | Problem {
  const types = PARAMETER_TYPES[variable.kind];
  if (!isObject(parameter)) return { path: '', message: `is ${typeInWords(parameter)}; write an object.` };
  const { type } = parameter;
  if (typeof type !== 'string' || !types.includes(type.toLowerCase())) {
    return { path: '.type', message: `must be ${types.join(', ')}, for that is what the template has here.` };
  }
  const field = type.toLowerCase();
  const path = `.${field}`;
  const value = Object.hasOwn(parameter, field) ? parameter[field] : undefined;
  if (STRINGS.has(field)) {
    return typeof value === 'string'
      ? { path, value }
      : { path, message: `is ${typeInWords(value)}; write text, in quotes.` };
  }
  if (!isObject(value)) return { path, message: `is ${typeInWords(value)}; write an object.` };
  if (field === 'currency') {
    // Null keeps a forgotten field from turning the amount into a date.
    const { fallback_value = null, code = null, amount_1000 = null } = value;
    return { path, value: { fallback_value, code, amount_1000 } };
  }
  if (field === 'date_time') return { path, value: { fallback_value: value.fallback_value ?? null } };
  return field === 'limited_time_offer' ? expirationOf(value.expiration_time_ms) : { path, value };
}

function expirationOf(value: unknown): ParameterValue | Problem {
  const path = '.limited_time_offer.expiration_time_ms';
  return typeof value === 'number'
    ? { path, value }
    : { path, message: `is ${typeInWords(value)}; write Unix milliseconds as a number.` };
}
