import { GraphError, templateParameterError } from '../../errors/graph-error.js';
import type { Param } from '../../server/param.js';
import { type ButtonOutline, hydrate } from '../../templates/template-outline.js';
import type { MessageContext } from '../recipient.js';

const MAX_URL = 2000;
const MAX_PAYLOAD = 256;
/** Meta's pages say 15 in one place and 20 in another; the wider one is never refused. */
const MAX_COUPON_CODE = 20;
const MAX_ONE_TIME_CODE = 15;

/** The sub types a send may name, which is Meta's own list. */
export const SUB_TYPES = [
  'BOOKING_CONFIRMATION',
  'CATALOG',
  'COPY_CODE',
  'FLOW',
  'MPM',
  'ORDER_DETAILS',
  'QUICK_REPLY',
  'REMINDER',
  'URL',
  'VOICE_CALL',
];

/** What a send gives for one kind of button. */
export interface ButtonRule {
  readonly subType: string;
  /** The `type` of its parameter. */
  readonly parameter: string;
  /** Further types that it accepts. */
  readonly further?: readonly string[];
  /** Whether a send without its parameter is refused. */
  needsParameter(button: ButtonOutline): boolean;
  check(parameter: Param, button: ButtonOutline, context: TemplateContext): void;
}

const always = () => true;
const never = () => false;

const URL_RULE: ButtonRule = {
  subType: 'URL',
  parameter: 'text',
  needsParameter: (button) => button.isOneTimeCode || button.url.variables.length > 0,
  check: checkUrl,
};

/** By the button's type in the template; a kind that is not here takes no parameters. */
export const BUTTON_RULES: ReadonlyMap<string, ButtonRule> = new Map<string, ButtonRule>([
  ['URL', URL_RULE],
  ['OTP', URL_RULE],
  ['QUICK_REPLY', { subType: 'QUICK_REPLY', parameter: 'payload', needsParameter: never, check: checkPayload }],
  ['COPY_CODE', { subType: 'COPY_CODE', parameter: 'coupon_code', needsParameter: always, check: checkCouponCode }],
  ['FLOW', { subType: 'FLOW', parameter: 'action', needsParameter: never, check: checkAction }],
  ['CATALOG', { subType: 'CATALOG', parameter: 'action', needsParameter: never, check: checkAction }],
  ['MPM', { subType: 'MPM', parameter: 'action', needsParameter: always, check: checkMultiProduct }],
  [
    'VOICE_CALL',
    {
      subType: 'VOICE_CALL',
      parameter: 'payload',
      further: ['ttl_minutes'],
      needsParameter: never,
      check: checkVoiceCall,
    },
  ],
]);

function checkUrl(parameter: Param, button: ButtonOutline, { call }: TemplateContext): void {
  const text = readText(parameter.get('text'), call.version);
  if (button.isOneTimeCode && text.length > MAX_ONE_TIME_CODE) {
    throw templateParameterError(call.version, `buttons: A one-time code can have ${MAX_ONE_TIME_CODE} characters`);
  }
  const url = hydrate(button.url.text, new Map(button.url.variables.map((name) => [name, text])));
  if (url.length > MAX_URL)
    throw new GraphError(132005, { details: `buttons: The URL has more than ${MAX_URL} characters` });
}

function checkPayload(parameter: Param): void {
  parameter.get('payload').text(MAX_PAYLOAD);
}

function checkVoiceCall(parameter: Param): void {
  if (parameter.get('type').value === 'ttl_minutes') parameter.get('ttl_minutes').numberBetween(1, 43_200);
  else checkPayload(parameter);
}

function checkCouponCode(parameter: Param, _button: ButtonOutline, { call }: TemplateContext): void {
  const code = readText(parameter.get('coupon_code'), call.version);
  if (code.length <= MAX_COUPON_CODE) return;
  throw templateParameterError(call.version, `buttons: A coupon code can have ${MAX_COUPON_CODE} characters`);
}

function checkAction(parameter: Param): void {
  parameter.get('action').object();
}

function checkMultiProduct(parameter: Param): void {
  const action = parameter.get('action').object();
  action.get('thumbnail_product_retailer_id').string();
  for (const section of action.get('sections').itemsBetween(1, 10)) {
    for (const product of section.get('product_items').items()) product.get('product_retailer_id').string();
  }
}

/** Says that a component must have as many parameters as its template has variables: 132000. */
export function checkCount(part: string, actual: number, expected: number): void {
  if (actual === expected) return;
  const given = `${part}: number of localizable_params (${actual})`;
  throw new GraphError(132000, { details: `${given} does not match the expected number of params (${expected})` });
}

/**
 * The text of a parameter, which must not be empty, nor have a newline, a tab or more than four spaces in a row: 132018.
 * See Meta's page "Error codes", template parameters.
 */
export function readText(text: Param, version: number): string {
  const value = text.string();
  if (!/[\r\n\t]| {5}/.test(value)) return value;
  const rule = 'cannot have new-line/tab characters or more than 4 consecutive spaces';
  throw templateParameterError(version, `Param ${text.path} ${rule}`);
}

/** What the checks of a template's parameters may need to know. */
export interface TemplateContext extends MessageContext {
  /** `POSITIONAL` or `NAMED`. */
  readonly format: string;
  /** How many characters the body may have with its values in it. */
  readonly maxBody: number;
}
