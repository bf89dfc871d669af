import { codePointLength } from './code-points.js';
import type { Problem } from '../../../errors.js';
import type {
  CouponCodeParameter,
  PayloadParameter,
  TtlMinutesParameter,
  VoiceCallParameters,
} from '../../message-component.js';
import { isObject, refused, typeInWords, type Reading } from './reading.js';
import { COUPON_CODE_LENGTH, PAYLOAD_LENGTH } from './text-limits.js';
import { characterProblems, scalarText, textProblems } from './text-value.js';

const MOST_MINUTES = 43_200;

/** Reads what a quick reply sends back when it is tapped; people do not see it, so line breaks may stay. */
export function readPayload(value: unknown): Reading<PayloadParameter> {
  const payload = scalarText(value);
  if (payload === undefined) return refused(`is ${typeInWords(value)}; write the payload as text, in quotes.`);
  const problems = [...characterProblems(payload), ...lengthProblems(payload, PAYLOAD_LENGTH, 'payload')];
  return problems.length > 0 ? refused(...problems) : { parameter: { type: 'payload', payload } };
}

/** Reads the code that a copy-code button copies. */
export function readCouponCode(value: unknown): Reading<CouponCodeParameter> {
  const coupon_code = scalarText(value);
  if (coupon_code === undefined) return refused(`is ${typeInWords(value)}; write the code as text, in quotes.`);
  const problems = [...textProblems(coupon_code), ...lengthProblems(coupon_code, COUPON_CODE_LENGTH, 'coupon code')];
  return problems.length > 0 ? refused(...problems) : { parameter: { type: 'coupon_code', coupon_code } };
}

/** Reads what a button that calls the business takes: how long it works, and what comes back of it. */
export function readVoiceCall(value: unknown): Reading<VoiceCallParameters> {
  const given = typeof value === 'string' ? { payload: value } : value;
  if (!isObject(given)) return refused(`is ${typeInWords(value)}; write an object with ttl_minutes or payload.`);
  const { ttl_minutes: minutes, payload } = given;
  const parameters: (TtlMinutesParameter | PayloadParameter)[] = [];
  const problems: Problem[] = Object.keys(given)
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
