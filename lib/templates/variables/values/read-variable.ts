import { readCouponCode, readPayload, readVoiceCall } from './button-value.js';
import { readCatalog, readMultiProduct } from './catalog-value.js';
import { readFlow } from './flow-value.js';
import { readMedia } from './media-value.js';
import type { MessageParameter, TextualParameter } from '../../message-component.js';
import { readOfferExpiration } from './offer-expiration.js';
import { readLocation } from './place-value.js';
import { readProduct } from './product-value.js';
import type { Reading } from './reading.js';
import type { TemplatePart } from '../template-part.js';
import type { TemplateVariable, TemplateVariableKind } from '../template-variable.js';
import { readOneTimeCode, readText } from './text-value.js';
import { readUrlSuffix } from './url-suffix.js';

type Reader = (value: unknown, part: TemplatePart, variable: TemplateVariable) => Reading<MessageParameter>;

const READERS: Readonly<Record<TemplateVariableKind, Reader>> = {
  TEXT: (value, part, variable) => withName(part, variable, readText(value)),
  ONE_TIME_CODE: (value, part, variable) => withName(part, variable, readOneTimeCode(value)),
  IMAGE: (value) => readMedia('IMAGE', value),
  VIDEO: (value) => readMedia('VIDEO', value),
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
