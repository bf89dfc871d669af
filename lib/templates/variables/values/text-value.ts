import type { ValidationProblem } from '../../../errors.js';
import type { TapTargetParameter, TextParameter, TextualParameter } from '../../message-component.js';
import { types } from 'node:util';

/** Reads the value of a variable in a text: text, a number, an amount or a date. */
export function readText(value: unknown): Reading<TextualParameter> {
  if (isObject(value) && Object.hasOwn(value, 'fallback_value')) return readFallback(value);
  return readPlainText(value, 'write text, in quotes');
}

/** Reads a one-time code. No problem contains the code. */
export function readOneTimeCode(value: unknown): Reading<TextParameter> {
  const reading = readPlainText(value, 'write the code as text, in quotes');
  if ('problems' in reading) return reading;
  const length = codePointLength(reading.parameter.text);
  if (length <= ONE_TIME_CODE_LENGTH) return reading;
  return refused(`has ${length} characters; a one-time code has at most ${ONE_TIME_CODE_LENGTH}.`);
}

/** Text or a finite number, written as text. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** What Meta would refuse in a text that people read: nothing, line breaks, tabs, long gaps, broken characters. */
export function textProblems(text: string): string[] {
  const problems = characterProblems(text);
  if (/[\r\n]/.test(text)) problems.push('holds a line break, which Meta refuses; write it in one line.');
  if (text.includes('\t')) problems.push('holds a tab, which Meta refuses; write a space instead.');
  if (text.includes('     ')) problems.push('holds more than 4 spaces in a row, which Meta refuses; write fewer.');
  return problems;
}

/** What Meta would refuse in any text, shown or not. */
export function characterProblems(text: string): string[] {
  if (text.trim() === '') return ['is empty, which Meta refuses; write at least one character.'];
  const problems: string[] = [];
  if (/[^\P{Cc}\r\n\t]/u.test(text)) problems.push('holds a control character; leave it out.');
  if (/\p{Surrogate}/u.test(text)) problems.push('holds half a character (a lone surrogate); write the whole one.');
  return problems;
}

/** What is wrong with a field of an object that may hold a text. */
export function textFieldProblems(value: unknown, path: string): ValidationProblem[] {
  if (value === undefined) return [];
  if (typeof value !== 'string') return [{ path, message: `is ${typeInWords(value)}; write text.` }];
  return textProblems(value).map((message) => ({ path, message }));
}

function readPlainText(value: unknown, remedy: string): Reading<TextParameter> {
  const text = scalarText(value);
  if (text === undefined) return refused(`is ${typeInWords(value)}; ${remedy}.`);
  const problems = textProblems(text);
  return problems.length > 0 ? refused(...problems) : { parameter: { type: 'text', text } };
}

function readFallback(value: Readonly<Record<string, unknown>>): Reading<TextualParameter> {
  const { code, amount_1000 } = value;
  const fallback_value = typeof value.fallback_value === 'string' ? value.fallback_value : '';
  const problems = textFieldProblems(value.fallback_value ?? '', '.fallback_value');
  if (code === undefined && amount_1000 === undefined) {
    return problems.length > 0 ? { problems } : { parameter: { type: 'date_time', date_time: { fallback_value } } };
  }
  const isCode = typeof code === 'string' && /^[A-Z]{3}$/.test(code);
  const isAmount = typeof amount_1000 === 'number' && Number.isSafeInteger(amount_1000);
  if (!isCode) problems.push({ path: '.code', message: 'is no ISO 4217 code; write one such as USD.' });
  if (!isAmount) problems.push({ path: '.amount_1000', message: 'must be the amount times 1,000: 100990 for 100.99.' });
  if (problems.length > 0 || !isCode || !isAmount) return { problems };
  return { parameter: { type: 'currency', currency: { fallback_value, code, amount_1000 } } };
}

/** Reads the titles that replace addresses. Paths are relative to the list, such as `[0].url`. */
export function readTapTargets(given: unknown): Reading<TapTargetParameter> {
  if (!Array.isArray(given)) return refused(`is ${typeInWords(given)}; write a list of objects with url and title.`);
  if (given.length === 0) return refused('is empty; write an object with url and title, or leave it out.');
  const targets: readonly unknown[] = given;
  const problems: ValidationProblem[] = [];
  const tap_target_configuration = targets.flatMap((target, index) => {
    const { url, title } = isObject(target) ? target : {};
    const isAddress = typeof url === 'string' && /^https?:\/\/\S+$/i.test(url) && URL.canParse(url);
    if (!isAddress)
      problems.push({ path: `[${index}].url`, message: 'must be a web address, such as https://example.com.' });
    const text = scalarText(title);
    const wrong = text === undefined ? [`is ${typeInWords(title)}; write text.`] : textProblems(text);
    for (const message of wrong) problems.push({ path: `[${index}].title`, message });
    return isAddress && text !== undefined ? [{ url, title: text }] : [];
  });
  return problems.length > 0
    ? { problems }
    : { parameter: { type: 'tap_target_configuration', tap_target_configuration } };
}

// Meta's limits, in characters: https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components

export const HEADER_LENGTH = 60;

export const BODY_LENGTH = 1024;

export const FOOTER_LENGTH = 60;

export const CARD_BODY_LENGTH = 160;

export const OFFER_LENGTH = 16;

export const BUTTON_LABEL_LENGTH = 25;

export const URL_LENGTH = 2000;

export const PHONE_NUMBER_LENGTH = 20;

/** Meta's pages say 15 in one place and 20 in another: only what both refuse is refused here. */
export const COUPON_CODE_LENGTH = 20;

const ONE_TIME_CODE_LENGTH = 15;

export const PAYLOAD_LENGTH = 256;

const SURROGATE_PAIR = /[\uD800-\uDBFF][\uDC00-\uDFFF]/g;

/** How many characters a text has for Meta's limits: code points, so that an emoji of two UTF-16 units counts once. */
export function codePointLength(text: string): number {
  return text.length - (text.match(SURROGATE_PAIR)?.length ?? 0);
}

/** A value that was given, read: what Meta takes for it, or what is wrong (paths relative to the value, such as `.link`). */
export type Reading<T> = { readonly parameter: T } | { readonly problems: readonly ValidationProblem[] };

/** A reading of a value that cannot be used. */
export function refused(...messages: readonly string[]): { readonly problems: readonly ValidationProblem[] } {
  return { problems: messages.map((message) => ({ path: '', message })) };
}

/** Whether a value is an object with fields: no list, no Date, not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !types.isDate(value);
}

/** What kind of value it is, for the text of a problem. The value itself is never named: it may be a secret. */
export function typeInWords(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (types.isDate(value)) return 'a Date';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'not a finite number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
