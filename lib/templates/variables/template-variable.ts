import type { TemplateButtonType } from '../template-component.js';
import type { ValidationProblem } from '../../errors.js';

/**
 * How a value is read and what Meta's parameter is made of; finer than the variable's `type`.
 *
 * @publicApi
 */
export type TemplateVariableKind =
  | 'TEXT'
  | 'ONE_TIME_CODE'
  | 'IMAGE'
  | 'VIDEO'
  | 'GIF'
  | 'DOCUMENT'
  | 'LOCATION'
  | 'PRODUCT'
  | 'OFFER_EXPIRATION'
  | 'URL_SUFFIX'
  | 'QUICK_REPLY_PAYLOAD'
  | 'VOICE_CALL'
  | 'COUPON_CODE'
  | 'FLOW'
  | 'CATALOG'
  | 'MULTI_PRODUCT';

/**
 * One thing that a caller may or must give to send a template.
 *
 * @publicApi
 */
export interface TemplateVariable {
  /** Its key in `variables`, or in `buttonVariables` when `component` is `BUTTON`. */
  readonly name: string;
  /** What is given, roughly; `kind` says it exactly. */
  readonly type: 'TEXT' | 'IMAGE' | 'VIDEO' | 'DOCUMENT' | 'LOCATION';
  /** Where it shows. The end of a limited-time offer counts to the body. */
  readonly component: 'HEADER' | 'BODY' | 'BUTTON';
  /** From 1: the number in `{{1}}`, the order of appearance of a named one, the place among all buttons. */
  readonly position: number;
  /** Whether a send without a value is refused. */
  readonly isRequired: boolean;
  /** What its values are. */
  readonly kind: TemplateVariableKind;
  /** What is in the braces of the text; `name` differs where header and body both have a `{{1}}`. */
  readonly placeholder?: string;
  /** Where a named template has it in the header and in the body: the name that gives the header a value of its own. */
  readonly headerName?: string;
  /** Which card of the carousel, from 0; absent outside the carousel. */
  readonly card?: number;
  /** Which button, from 0, counting all buttons. */
  readonly buttonIndex?: number;
  /** Of a button's variable: the button's type, such as `URL`. */
  readonly buttonType?: TemplateButtonType;
  /** The value that was given to Meta's reviewers. */
  readonly example?: string;
}

/** Where the values of one part come from: by name, or from components in Meta's own shape. */
export interface ValueSource {
  /** Path of what holds the values, for problems of the whole. */
  readonly root: string;
  /** What was given and where; `value` undefined when nothing was. */
  valueOf(variable: TemplateVariable): { readonly path: string; readonly value: unknown };
  /** The problem of a required variable without a value; `place` says where the template has it; none when reported already. */
  missing(variable: TemplateVariable, place: string): ValidationProblem | undefined;
}
