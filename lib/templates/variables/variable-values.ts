import type { ProductSection } from '../message-component.js';
import { componentOf, isSameWord, type TemplateDefinition, isOneTimeCodeButton } from '../template-component.js';

/** An amount in a text; Meta shows `fallback_value`. */
export interface CurrencyValue {
  readonly fallback_value: string;
  /** ISO 4217, such as `USD`. */
  readonly code: string;
  /** The amount times 1,000. */
  readonly amount_1000: number;
}

/** A moment in a text; Meta shows `fallback_value`. */
export interface DateTimeValue {
  readonly fallback_value: string;
}

/** Media by Meta's id or by a public address; `filename` only for documents. */
export type MediaValue =
  { readonly id: string; readonly filename?: string } | { readonly link: string; readonly filename?: string };

/** A place: degrees as numbers or numeric strings. */
export interface LocationValue {
  readonly latitude: number | string;
  readonly longitude: number | string;
  readonly name?: string;
  readonly address?: string;
}

/** A product of a catalog, for a product header. */
export interface ProductValue {
  readonly catalog_id: string;
  readonly product_retailer_id: string;
}

/**
 * What a variable of the header, the body or the offer takes.
 *
 * @publicApi
 */
export type TemplateVariableValue =
  string | number | Date | CurrencyValue | DateTimeValue | MediaValue | LocationValue | ProductValue;

/** What a flow button takes instead of a bare token. */
export interface FlowValue {
  readonly flow_token?: string;
  readonly flow_action_data?: Readonly<Record<string, unknown>>;
}

/** What a catalog button (no sections) or a multi-product button (1 to 10 sections) takes. */
export interface CatalogValue {
  readonly thumbnail_product_retailer_id: string;
  readonly sections?: readonly ProductSection[];
}

/** What a button that calls the business takes; a bare text is its `payload`. */
export interface VoiceCallValue {
  /** How long the button works, in minutes: 1 to 43,200. */
  readonly ttl_minutes?: number;
  /** Comes back in webhooks of the call. */
  readonly payload?: string;
}

/**
 * What a button takes.
 *
 * @publicApi
 */
export type TemplateButtonValue = string | number | FlowValue | CatalogValue | VoiceCallValue;

/**
 * Values for one card of a carousel, or for everything outside the carousel.
 *
 * @publicApi
 */
export interface TemplatePartVariables {
  /**
   * By name, or `"1"`, `"2"` … for a positional template. `header_1` names the header's `{{1}}` where the body has one
   * too. `header_image`, `header_video`, `header_gif`, `header_document`: a URL, a media id or an object; `header_location` and
   * `header_product`: an object; `limited_time_offer`: when the offer ends, as Date, ISO 8601 text or Unix ms.
   */
  readonly variables?: Readonly<Record<string, TemplateVariableValue>>;
  /** By `button_0`, `button_1` …: the suffix of a URL, the payload of a quick reply, the code of a coupon … */
  readonly buttonVariables?: Readonly<Record<string, TemplateButtonValue>>;
}

/** The title under which WhatsApp shows an address that is tapped; Meta takes it of verified accounts only. */
export interface TapTarget {
  readonly url: string;
  readonly title: string;
}

/**
 * Everything a caller gives to fill a template.
 *
 * @publicApi
 */
export interface TemplateVariables extends TemplatePartVariables {
  /** Titles in place of the addresses of the template's buttons: `tap_target_configuration` at Meta. */
  readonly tapTargets?: readonly TapTarget[];
  /** One for each card of the carousel, in order. */
  readonly cards?: readonly TemplatePartVariables[];
}

/**
 * Whether a template carries a one-time code: by its category, or by a button that hands the code over, which Meta
 * gives back as a `URL` button with an address of its own.
 */
export function hasOneTimeCode(template: TemplateDefinition): boolean {
  if (isSameWord(template.category, 'AUTHENTICATION')) return true;
  return (componentOf(template.components, 'BUTTONS')?.buttons ?? []).some(isOneTimeCodeButton);
}

/**
 * What may be kept of the values once they were sent. Of a template with a one-time code that is nothing: it has no other
 * variables, and whatever was given under a wrong name may be the code.
 */
export function withoutSecrets(template: TemplateDefinition, input: TemplateVariables): TemplateVariables {
  return hasOneTimeCode(template) ? {} : input;
}
