import type { ContactCard } from './message-content.js';

/** A file that a customer sent; `MediaService.download()` takes its `id`. */
export interface InboundFile {
  readonly id: string;
  /** Such as `image/jpeg`. */
  readonly mime_type: string;
  readonly sha256?: string;
  /** Where Meta has the file for some minutes; it takes the access token. */
  readonly url?: string;
}

/** The answer to an interactive message. */
export type InboundInteractive =
  | { readonly type: 'button_reply'; readonly button_reply: { readonly id: string; readonly title: string } }
  | {
      readonly type: 'list_reply';
      readonly list_reply: { readonly id: string; readonly title: string; readonly description?: string };
    }
  | {
      readonly type: 'nfm_reply';
      /** `response_json`: what a Flow collected, as JSON in a string. */
      readonly nfm_reply: { readonly response_json: string; readonly body?: string; readonly name?: string };
    }
  | {
      readonly type: 'call_permission_reply';
      readonly call_permission_reply: {
        readonly response: 'accept' | 'reject';
        readonly is_permanent?: boolean;
        /** Unix seconds. */
        readonly expiration_timestamp?: number;
        readonly response_source?: string;
      };
    };

/**
 * The content of each type of message that a customer sends, as Meta spells it.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
 */
export interface InboundContents {
  readonly text: { readonly body: string };
  readonly image: InboundFile & { readonly caption?: string };
  readonly video: InboundFile & { readonly caption?: string };
  /** `voice`: recorded in WhatsApp. */
  readonly audio: InboundFile & { readonly voice?: boolean };
  readonly document: InboundFile & { readonly caption?: string; readonly filename?: string };
  readonly sticker: InboundFile & { readonly animated?: boolean };
  readonly location: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
    readonly url?: string;
  };
  /** Without `emoji` it removes the reaction. */
  readonly reaction: { readonly message_id: string; readonly emoji?: string };
  readonly interactive: InboundInteractive;
  /** A tap on a quick reply of a template. */
  readonly button: { readonly payload: string; readonly text: string };
  readonly order: {
    readonly catalog_id: string;
    readonly text?: string;
    readonly product_items: readonly {
      readonly product_retailer_id: string;
      readonly quantity: number;
      /** In units of `currency`, an ISO 4217 code. */
      readonly item_price: number;
      readonly currency: string;
    }[];
  };
  /** `user_changed_number`, `user_changed_user_id` or `customer_identity_changed`. */
  readonly system: {
    readonly body?: string;
    readonly type?: string;
    readonly wa_id?: string;
    readonly user_id?: string;
  };
  readonly unsupported: { readonly type?: string };
}

/** Where a message comes from or belongs, where Meta says so; it is kept with the content. */
export interface InboundDetails {
  readonly context?: {
    readonly forwarded?: boolean;
    readonly frequently_forwarded?: boolean;
    readonly referred_product?: { readonly catalog_id: string; readonly product_retailer_id: string };
  };
  /** The advertisement or post that the customer came from. */
  readonly referral?: {
    readonly source_url?: string;
    readonly source_type?: string;
    readonly source_id?: string;
    readonly headline?: string;
    readonly body?: string;
    readonly ctwa_clid?: string;
  };
  readonly errors?: readonly { readonly code: number; readonly title?: string; readonly message?: string }[];
}

/** The cards of a `contacts` message: a list, or under `contacts` where there are details, for which a list has no place. */
export type ContactsContent = readonly ContactCard[] | (InboundDetails & { readonly contacts: readonly ContactCard[] });
