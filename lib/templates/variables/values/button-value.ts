import { codePointLength } from './code-points.js';
import type { CouponCodeParameter, PayloadParameter } from '../../message-component.js';
import { refused, typeInWords, type Reading } from './reading.js';
import { COUPON_CODE_LENGTH, PAYLOAD_LENGTH } from './text-limits.js';
import { characterProblems, textOf, textProblems } from './text-value.js';

/** Reads what a quick reply sends back when it is tapped; people do not see it, so line breaks may stay. */
export function readPayload(value: unknown): Reading<PayloadParameter> {
  const payload = textOf(value);
  if (payload === undefined) return refused(`is ${typeInWords(value)}; write the payload as text, in quotes.`);
  const problems = [...characterProblems(payload), ...lengthProblems(payload, PAYLOAD_LENGTH, 'payload')];
  return problems.length > 0 ? refused(...problems) : { parameter: { type: 'payload', payload } };
}

/** Reads the code that a copy-code button copies. */
export function readCouponCode(value: unknown): Reading<CouponCodeParameter> {
  const coupon_code = textOf(value);
  if (coupon_code === undefined) return refused(`is ${typeInWords(value)}; write the code as text, in quotes.`);
  const problems = [...textProblems(coupon_code), ...lengthProblems(coupon_code, COUPON_CODE_LENGTH, 'coupon code')];
  return problems.length > 0 ? refused(...problems) : { parameter: { type: 'coupon_code', coupon_code } };
}

function lengthProblems(text: string, most: number, what: string): string[] {
  const length = codePointLength(text);
  return length > most ? [`has ${length} characters; a ${what} has at most ${most}.`] : [];
}
