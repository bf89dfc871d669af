/** Text for one variable; `parameter_name` only where the template's variables are named. */
export interface TextParameter {
  readonly type: 'text';
  readonly text: string;
  readonly parameter_name?: string;
}

/** An amount; Meta shows `fallback_value`. */
export interface CurrencyParameter {
  readonly type: 'currency';
  readonly currency: {
    readonly fallback_value: string;
    /** ISO 4217, such as `USD`. */
    readonly code: string;
    /** The amount times 1,000. */
    readonly amount_1000: number;
  };
  readonly parameter_name?: string;
}

/** A moment; Meta shows `fallback_value`. */
export interface DateTimeParameter {
  readonly type: 'date_time';
  readonly date_time: { readonly fallback_value: string };
  readonly parameter_name?: string;
}

/** Media by Meta's id or by a public address. */
export type MediaReference = { readonly id: string } | { readonly link: string };

export interface ImageParameter {
  readonly type: 'image';
  readonly image: MediaReference;
}

export interface VideoParameter {
  readonly type: 'video';
  readonly video: MediaReference;
}

/** A short mp4 that plays like a GIF. */
export interface GifParameter {
  readonly type: 'gif';
  readonly gif: MediaReference;
}

export interface DocumentParameter {
  readonly type: 'document';
  readonly document: MediaReference & { readonly filename?: string };
}

/** A place; Meta's example has latitude and longitude as strings. */
export interface LocationParameter {
  readonly type: 'location';
  readonly location: {
    readonly latitude: string;
    readonly longitude: string;
    readonly name?: string;
    readonly address?: string;
  };
}

export interface ProductParameter {
  readonly type: 'product';
  readonly product: { readonly catalog_id: string; readonly product_retailer_id: string };
}

export interface PayloadParameter {
  readonly type: 'payload';
  readonly payload: string;
}

/** How long a button that calls the business works. */
export interface TtlMinutesParameter {
  readonly type: 'ttl_minutes';
  readonly ttl_minutes: number;
}

export interface CouponCodeParameter {
  readonly type: 'coupon_code';
  readonly coupon_code: string;
}

/** What a button that calls the business takes: Meta's component has one parameter for each. */
export interface VoiceCallParameters {
  readonly type: 'voice_call';
  readonly parameters: readonly (TtlMinutesParameter | PayloadParameter)[];
}

/** Titles in place of addresses. */
export interface TapTargetParameter {
  readonly type: 'tap_target_configuration';
  readonly tap_target_configuration: readonly { readonly url: string; readonly title: string }[];
}

/** A titled group of products of a multi-product button. */
export interface ProductSection {
  readonly title: string;
  readonly product_items: readonly { readonly product_retailer_id: string }[];
}

export interface ActionParameter {
  readonly type: 'action';
  readonly action: {
    readonly flow_token?: string;
    readonly flow_action_data?: Readonly<Record<string, unknown>>;
    readonly thumbnail_product_retailer_id?: string;
    readonly sections?: readonly ProductSection[];
  };
}

export interface LimitedTimeOfferParameter {
  readonly type: 'limited_time_offer';
  /** Unix milliseconds. */
  readonly limited_time_offer: { readonly expiration_time_ms: number };
}

export type TextualParameter = TextParameter | CurrencyParameter | DateTimeParameter;
export type MediaParameter = ImageParameter | VideoParameter | GifParameter | DocumentParameter;
export type MessageParameter =
  | TextualParameter
  | MediaParameter
  | LocationParameter
  | ProductParameter
  | PayloadParameter
  | TtlMinutesParameter
  | VoiceCallParameters
  | TapTargetParameter
  | CouponCodeParameter
  | ActionParameter
  | LimitedTimeOfferParameter;

/** The header, body or limited-time offer of a template message, or titles for its addresses. */
export interface MessageTextComponent {
  readonly type: 'header' | 'body' | 'limited_time_offer' | 'tap_target_configuration';
  readonly parameters: readonly MessageParameter[];
}

/** One button of a template message; `index` counts all buttons of the template from 0. */
export interface MessageButtonComponent {
  readonly type: 'button';
  readonly sub_type: string;
  readonly index: string;
  readonly parameters: readonly MessageParameter[];
}

/** The cards of a carousel. */
export interface MessageCarouselComponent {
  readonly type: 'carousel';
  readonly cards: readonly { readonly card_index: number; readonly components: readonly TemplateMessageComponent[] }[];
}

/**
 * A component of a template message, as Meta's `POST /<phone number id>/messages` takes it in `template.components`.
 * See https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
 *
 * @publicApi
 */
export type TemplateMessageComponent = MessageTextComponent | MessageButtonComponent | MessageCarouselComponent;
