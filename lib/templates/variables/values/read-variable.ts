import { readMedia } from './media-value.js';
import type {
  MessageParameter,
  TextualParameter,
  LocationParameter,
  TextParameter,
  ActionParameter,
  LimitedTimeOfferParameter,
  ProductSection,
  ProductParameter,
  CouponCodeParameter,
  PayloadParameter,
  TtlMinutesParameter,
  VoiceCallParameters,
} from '../../message-component.js';
import {
  type Reading,
  isObject,
  refused,
  typeInWords,
  readOneTimeCode,
  readText,
  textFieldProblems,
  scalarText,
  textProblems,
  characterProblems,
  URL_LENGTH,
  codePointLength,
  COUPON_CODE_LENGTH,
  PAYLOAD_LENGTH,
} from './text-value.js';
import { type TemplatePart, fillPlaceholders, parsePlaceholders, placeholderNames } from '../template-part.js';
import type { TemplateVariable, TemplateVariableKind } from '../template-variable.js';
import type { ValidationProblem } from '../../../errors.js';
import { types } from 'node:util';
import { isDay } from '../../../moment.js';

type Reader = (value: unknown, part: TemplatePart, variable: TemplateVariable) => Reading<MessageParameter>;

const READERS: Readonly<Record<TemplateVariableKind, Reader>> = {
  TEXT: (value, part, variable) => withName(part, variable, readText(value)),
  ONE_TIME_CODE: (value, part, variable) => withName(part, variable, readOneTimeCode(value)),
  IMAGE: (value) => readMedia('IMAGE', value),
  VIDEO: (value) => readMedia('VIDEO', value),
  GIF: (value) => readMedia('GIF', value),
  DOCUMENT: (value) => readMedia('DOCUMENT', value),
  LOCATION: readLocation,
  PRODUCT: readProduct,
  OFFER_EXPIRATION: readOfferExpiration,
  URL_SUFFIX: (value, part, variable) => readUrlSuffix(part.buttons[variable.buttonIndex ?? -1]?.url ?? '', value),
  QUICK_REPLY_PAYLOAD: readPayload,
  VOICE_CALL: readVoiceCall,
  COUPON_CODE: readCouponCode,
  FLOW: readFlow,
  CATALOG: readCatalog,
  MULTI_PRODUCT: readMultiProduct,
};

/** Reads a value given for a variable into Meta's parameter, or says what is wrong with it. */
export function readVariable(
  part: TemplatePart,
  variable: TemplateVariable,
  value: unknown,
): Reading<MessageParameter> {
  return READERS[variable.kind](value, part, variable);
}

/** The text that people see in place of a variable. */
export function readableText(parameter: MessageParameter): string {
  switch (parameter.type) {
    case 'text':
      return parameter.text;
    case 'currency':
      return parameter.currency.fallback_value;
    case 'date_time':
      return parameter.date_time.fallback_value;
    default:
      return '';
  }
}

function withName(
  part: TemplatePart,
  variable: TemplateVariable,
  reading: Reading<TextualParameter>,
): Reading<TextualParameter> {
  if ('problems' in reading || !part.named || variable.component === 'BUTTON') return reading;
  // Not spread: V8 takes what a spread makes here for long-lived, and a million recipients then fill the heap.
  return { parameter: Object.assign({ parameter_name: variable.placeholder }, reading.parameter) };
}

/** Reads the place of a location header: latitude −90 to 90, longitude −180 to 180, in degrees. */
function readLocation(value: unknown): Reading<LocationParameter> {
  if (!isObject(value)) {
    return refused(`is ${typeInWords(value)}; write an object with latitude, longitude, name and address.`);
  }
  const { name, address } = value;
  const latitude = degreesOf(value.latitude, 90);
  const longitude = degreesOf(value.longitude, 180);
  const problems: ValidationProblem[] = [
    ...textFieldProblems(name, '.name'),
    ...textFieldProblems(address, '.address'),
  ];
  if (!latitude) problems.push({ path: '.latitude', message: 'must be a number from -90 to 90.' });
  if (!longitude) problems.push({ path: '.longitude', message: 'must be a number from -180 to 180.' });
  if (problems.length > 0 || !latitude || !longitude) return { problems };
  const labels = { ...(typeof name === 'string' && { name }), ...(typeof address === 'string' && { address }) };
  return { parameter: { type: 'location', location: { latitude, longitude, ...labels } } };
}

function degreesOf(value: unknown, most: number): string | undefined {
  const isNumeric =
    typeof value === 'number' || (typeof value === 'string' && /^[+-]?\d+(?:\.\d+)?$/.test(value.trim()));
  const degrees = isNumeric ? Number(value) : Number.NaN;
  if (!(Math.abs(degrees) <= most)) return undefined;
  if (typeof value === 'string') return value.trim();
  // The shortest text of a tiny number has an exponent, which Meta does not read.
  return Math.abs(degrees) < 1e-6 ? '0' : String(degrees);
}

/** A percent sign that begins no escape, or a character that RFC 3986 allows nowhere after the host. */
const TO_ENCODE = /%(?![0-9A-Fa-f]{2})|[^%A-Za-z0-9\-._~!$&'()*+,;=:@/?#]/gu;

/** Percent-encodes what an address cannot hold. What is encoded already stays, so doing it twice changes nothing. */
export function encodeUrlSuffix(suffix: string): string {
  return suffix.replace(TO_ENCODE, (character) => encodeURIComponent(character));
}

/** Reads the value that ends a URL button's address, such as `{{1}}` in `https://shop.example/{{1}}`. */
function readUrlSuffix(url: string, value: unknown): Reading<TextParameter> {
  const suffix = scalarText(value);
  if (suffix === undefined)
    return refused(`is ${typeInWords(value)}; write the end of the address as text, in quotes.`);
  const problems = textProblems(suffix);
  if (problems.length > 0) return refused(...problems);
  const fixed = url.slice(0, parsePlaceholders(url)[0]?.index);
  if (fixed !== '' && suffix.startsWith(fixed)) {
    return refused(`repeats the address; write only what follows ${fixed}`);
  }
  const text = encodeUrlSuffix(suffix);
  const length = codePointLength(fillPlaceholders(url, new Map(placeholderNames(url).map((name) => [name, text]))));
  if (length <= URL_LENGTH) return { parameter: { type: 'text', text } };
  return refused(`makes an address of ${length} characters; Meta takes at most ${URL_LENGTH}.`);
}

/** Reads what a flow button starts its flow with: a token, or `{ flow_token, flow_action_data }`. */
function readFlow(value: unknown): Reading<ActionParameter> {
  if (isObject(value)) return readFlowObject(value);
  const problems = tokenProblems(value, '');
  return problems.length > 0
    ? { problems }
    : { parameter: { type: 'action', action: { flow_token: scalarText(value) } } };
}

function readFlowObject({ flow_token, flow_action_data }: Readonly<Record<string, unknown>>): Reading<ActionParameter> {
  if (flow_token === undefined && flow_action_data === undefined) {
    return refused('has neither flow_token nor flow_action_data; write one of them, or leave the button out.');
  }
  const problems = flow_token === undefined ? [] : tokenProblems(flow_token, '.flow_token');
  if (flow_action_data !== undefined && !isObject(flow_action_data)) {
    problems.push({ path: '.flow_action_data', message: `is ${typeInWords(flow_action_data)}; write an object.` });
  }
  if (problems.length > 0) return { problems };
  const token = flow_token === undefined ? {} : { flow_token: scalarText(flow_token) };
  return {
    parameter: { type: 'action', action: { ...token, ...(isObject(flow_action_data) && { flow_action_data }) } },
  };
}

function tokenProblems(token: unknown, path: string): ValidationProblem[] {
  const text = scalarText(token);
  if (text === undefined) return [{ path, message: `is ${typeInWords(token)}; write the flow's token as text.` }];
  return characterProblems(text).map((message) => ({ path, message }));
}

const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

const REMEDY = 'write an ISO 8601 time with its zone, such as 2026-12-24T18:00:00Z, or Unix milliseconds';

/** Every time in seconds until the year 5138 is below, every one in milliseconds since 1973 above. */
const LEAST_MILLISECONDS = 1e11;

/**
 * Reads when a limited-time offer ends: a Date, ISO 8601 text or Unix milliseconds. Whether that is still to come is not
 * asked here: the same input must stay right while it waits.
 */
export function readOfferExpiration(value: unknown): Reading<LimitedTimeOfferParameter> {
  const milliseconds = millisecondsOf(value);
  if (milliseconds === undefined) return refused(`is ${typeInWords(value)}; ${REMEDY}.`);
  if (!Number.isSafeInteger(milliseconds)) return refused(`is no time; ${REMEDY}.`);
  if (milliseconds < LEAST_MILLISECONDS) return refused('looks like seconds; multiply it by 1,000.');
  return {
    parameter: { type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: milliseconds } },
  };
}

function millisecondsOf(value: unknown): number | undefined {
  if (types.isDate(value)) return value.getTime();
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'string') return undefined;
  if (/^[0-9]+$/.test(value)) return Number(value);
  return ISO_8601.test(value) && isDay(value.slice(0, 10)) ? Date.parse(value) : Number.NaN;
}

const MAX_SECTIONS = 10;

const MAX_PRODUCTS = 30;

/** Reads the product with the picture that a catalog button shows: its id, or `{ thumbnail_product_retailer_id }`. */
function readCatalog(value: unknown): Reading<ActionParameter> {
  const id = isObject(value) ? value.thumbnail_product_retailer_id : scalarText(value);
  if (id === undefined && !isObject(value)) return refused(`is ${typeInWords(value)}; write a product's id as text.`);
  const problems = idProblems(id, isObject(value) ? '.thumbnail_product_retailer_id' : '');
  if (problems.length > 0 || typeof id !== 'string') return { problems };
  return { parameter: { type: 'action', action: { thumbnail_product_retailer_id: id } } };
}

/** Reads what a multi-product button shows: a product for the picture, and 1 to 10 sections with up to 30 products. */
function readMultiProduct(value: unknown): Reading<ActionParameter> {
  if (!isObject(value)) {
    return refused(`is ${typeInWords(value)}; write an object with thumbnail_product_retailer_id and sections.`);
  }
  const { thumbnail_product_retailer_id: id } = value;
  const sections = Array.isArray(value.sections) ? value.sections.map(readSection) : [];
  const problems = [
    ...idProblems(id, '.thumbnail_product_retailer_id'),
    ...sections.flatMap((reading, index) =>
      reading.problems.map(({ path, message }) => ({ path: `.sections[${index}]${path}`, message })),
    ),
  ];
  if (sections.length < 1 || sections.length > MAX_SECTIONS) {
    problems.push({ path: '.sections', message: `must be a list of 1 to ${MAX_SECTIONS} sections.` });
  }
  const products = sections.reduce((sum, { section }) => sum + section.product_items.length, 0);
  if (products > MAX_PRODUCTS) {
    problems.push({ path: '.sections', message: `holds ${products} products; Meta takes at most ${MAX_PRODUCTS}.` });
  }
  if (problems.length > 0 || typeof id !== 'string') return { problems };
  const action = { thumbnail_product_retailer_id: id, sections: sections.map(({ section }) => section) };
  return { parameter: { type: 'action', action } };
}

function readSection(value: unknown): { section: ProductSection; problems: ValidationProblem[] } {
  const { title, product_items } = isObject(value) ? value : {};
  const ids = Array.isArray(product_items)
    ? product_items.map((item: unknown) => (isObject(item) ? item.product_retailer_id : undefined))
    : [];
  const problems = [
    ...textFieldProblems(title ?? '', '.title'),
    ...ids.flatMap((id, index) => idProblems(id, `.product_items[${index}].product_retailer_id`)),
  ];
  if (ids.length === 0) problems.push({ path: '.product_items', message: 'must be a list of at least one product.' });
  const product_items_read = ids.flatMap((id) => (typeof id === 'string' ? { product_retailer_id: id } : []));
  return { section: { title: typeof title === 'string' ? title : '', product_items: product_items_read }, problems };
}

/** Reads the product of a product header. */
function readProduct(value: unknown): Reading<ProductParameter> {
  if (!isObject(value)) {
    return refused(`is ${typeInWords(value)}; write an object with catalog_id and product_retailer_id.`);
  }
  const { catalog_id, product_retailer_id } = value;
  const problems = [
    ...idProblems(catalog_id, '.catalog_id'),
    ...idProblems(product_retailer_id, '.product_retailer_id'),
  ];
  if (problems.length > 0 || typeof catalog_id !== 'string' || typeof product_retailer_id !== 'string') {
    return { problems };
  }
  return { parameter: { type: 'product', product: { catalog_id, product_retailer_id } } };
}

/** What is wrong with an id of a catalog or product. */
function idProblems(id: unknown, path: string): ValidationProblem[] {
  if (id === undefined) return [{ path, message: 'is missing; write its id.' }];
  if (typeof id !== 'string') return [{ path, message: `is ${typeInWords(id)}; write its id as text, in quotes.` }];
  return characterProblems(id).map((message) => ({ path, message }));
}

const MOST_MINUTES = 43_200;

/** Reads what a quick reply sends back when it is tapped; people do not see it, so line breaks may stay. */
function readPayload(value: unknown): Reading<PayloadParameter> {
  const payload = scalarText(value);
  if (payload === undefined) return refused(`is ${typeInWords(value)}; write the payload as text, in quotes.`);
  const problems = [...characterProblems(payload), ...lengthProblems(payload, PAYLOAD_LENGTH, 'payload')];
  return problems.length > 0 ? refused(...problems) : { parameter: { type: 'payload', payload } };
}

/** Reads the code that a copy-code button copies. */
function readCouponCode(value: unknown): Reading<CouponCodeParameter> {
  const coupon_code = scalarText(value);
  if (coupon_code === undefined) return refused(`is ${typeInWords(value)}; write the code as text, in quotes.`);
  const problems = [...textProblems(coupon_code), ...lengthProblems(coupon_code, COUPON_CODE_LENGTH, 'coupon code')];
  return problems.length > 0 ? refused(...problems) : { parameter: { type: 'coupon_code', coupon_code } };
}

/** Reads what a button that calls the business takes: how long it works, and what comes back of it. */
function readVoiceCall(value: unknown): Reading<VoiceCallParameters> {
  const given = typeof value === 'string' ? { payload: value } : value;
  if (!isObject(given)) return refused(`is ${typeInWords(value)}; write an object with ttl_minutes or payload.`);
  const { ttl_minutes: minutes, payload } = given;
  const parameters: (TtlMinutesParameter | PayloadParameter)[] = [];
  const problems: ValidationProblem[] = Object.keys(given)
    .filter((name) => name !== 'ttl_minutes' && name !== 'payload')
    .map((name) => ({ path: `.${name}`, message: 'is not known; the button takes ttl_minutes and payload.' }));
  if (minutes !== undefined) {
    const isMinutes =
      typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES;
    if (isMinutes) parameters.push({ type: 'ttl_minutes', ttl_minutes: minutes });
    else problems.push({ path: '.ttl_minutes', message: `must be a whole number from 1 to ${MOST_MINUTES}.` });
  }
  if (payload !== undefined) {
    const read = readPayload(payload);
    if ('parameter' in read) parameters.push(read.parameter);
    else for (const { path, message } of read.problems) problems.push({ path: `.payload${path}`, message });
  }
  if (problems.length > 0) return { problems };
  return parameters.length > 0
    ? { parameter: { type: 'voice_call', parameters } }
    : refused('has neither ttl_minutes nor payload; write one of them, or leave it out.');
}

function lengthProblems(text: string, most: number, what: string): string[] {
  const length = codePointLength(text);
  return length > most ? [`has ${length} characters; a ${what} has at most ${most}.`] : [];
}
