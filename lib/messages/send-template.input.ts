import type { Problem } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import type { ValuesInOrder } from '../templates/variables/values-in-order.js';
import type { TemplateVariables } from '../templates/variables/variable-values.js';
import { checkEnvelope, type MessageEnvelope } from './message-envelope.js';

/** One template for one person. */
export interface SendTemplateInput extends MessageEnvelope, TemplateVariables {
  /**
   * The recipient's number with country code, such as `+5491112345678`, or Meta's business-scoped user id, such as
   * `US.13491208655302741918`; a template with a one-time code takes numbers alone.
   */
  readonly to: string;
  /** Name of the template. */
  readonly template: string;
  /** Language of the template, such as `es` or `en_US`. */
  readonly language: string;
  /** The values in the order of the template's variables, instead of by name. */
  readonly inOrder?: ValuesInOrder;
  /** Kept with the message of a template that carries a one-time code; a code made from it can be returned again. */
  readonly codeSalt?: string | undefined;
}

/** What is wrong with the words that name number, template and language. */
export function checkNames(
  input: Pick<SendTemplateInput, 'template' | 'language' | 'phoneNumberId' | 'replyTo' | 'recipientIdentityKeyHash'>,
): Problem[] {
  const { template, language }: { readonly [Field in keyof typeof input]: unknown } = input;
  const problems: Problem[] = [];
  if (!isIdentifier(template, 512)) {
    problems.push({ path: 'template', message: 'is required; write the name of a template, as Meta has it.' });
  }
  if (!isIdentifier(language, 32)) {
    problems.push({ path: 'language', message: 'must be the code of a language, such as "es" or "en_US".' });
  }
  return [...problems, ...checkEnvelope(input)];
}
