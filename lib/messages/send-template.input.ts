import type { InWorkspace } from '../accounts/accounts.service.js';
import type { Problem } from '../errors.js';
import type { IdempotencyInput } from '../idempotency/idempotency-key.js';
import { isIdentifier } from '../identifier.js';
import type { TemplateVariables } from '../templates/variables/variable-values.js';

/** One template for one person. */
export interface SendTemplateInput extends InWorkspace, TemplateVariables {
  /** The recipient's number with country code, such as `+5491112345678`. */
  readonly to: string;
  /** Name of the template. */
  readonly template: string;
  /** Language of the template, such as `es` or `en_US`. */
  readonly language: string;
  /** Meta's id of the number that sends; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
  /**
   * A key of your own, such as an order's number: a call that is repeated with it answers again instead of sending
   * again, for 24 hours. An object keeps keys of several callers apart.
   */
  readonly idempotency?: string | IdempotencyInput;
  /** Row id of the API key that asks. */
  readonly apiKeyId?: number;
}

/** What is wrong with the words that name number, template and language. */
export function checkNames(input: Pick<SendTemplateInput, 'template' | 'language' | 'phoneNumberId'>): Problem[] {
  const { template, language, phoneNumberId }: { readonly [Field in keyof typeof input]: unknown } = input;
  const problems: Problem[] = [];
  if (!isIdentifier(template, 512)) {
    problems.push({ path: 'template', message: 'is required; write the name of a template, as Meta has it.' });
  }
  if (!isIdentifier(language, 32)) {
    problems.push({ path: 'language', message: 'must be the code of a language, such as "es" or "en_US".' });
  }
  if (phoneNumberId !== undefined && !isIdentifier(phoneNumberId, 64)) {
    problems.push({ path: 'phoneNumberId', message: 'must be Meta’s id of a phone number, in a string.' });
  }
  return problems;
}
