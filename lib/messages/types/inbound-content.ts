import type { ContactCard } from './message-content.js';

/**
 * A file that a customer sent; `MediaService.download()` takes its `id`.
 *
 * @publicApi
 */
export interface InboundFile {
  /** Meta's id of the file, for seven days. */
  readonly id: string;
  /** Such as `image/jpeg`. */
  readonly mime_type: string;
  /** Of its bytes, as Meta reports it. */
  readonly sha256?: string;
  /** Where Meta has the file for some minutes; it takes the access token. */
  readonly url?: string;
}

/**
 * The answer to an interactive message.
 *
 * @publicApi
 */
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
 * @publicApi
 */
export interface InboundContents {
  /** A text. */
  readonly text: { readonly body: string };
  /** An image. */
  readonly image: InboundFile & { readonly caption?: string };
  /** A video. */
  readonly video: InboundFile & { readonly caption?: string };
  /** `voice`: recorded in WhatsApp. */
  readonly audio: InboundFile & { readonly voice?: boolean };
  /** A document. */
  readonly document: InboundFile & { readonly caption?: string; readonly filename?: string };
  /** A WebP; `animated` when it moves. */
  readonly sticker: InboundFile & { readonly animated?: boolean };
  /** A place; `name`, `address` and `url` where the customer chose one from WhatsApp's list. */
  readonly location: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
    readonly url?: string;
  };
  /** Without `emoji` it removes the reaction. */
  readonly reaction: { readonly message_id: string; readonly emoji?: string };
  /** An answer to an interactive message. */
  readonly interactive: InboundInteractive;
  /** A tap on a quick reply of a template. */
  readonly button: { readonly payload: string; readonly text: string };
  /** Products that the customer chose from a catalog. */
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
    readonly previous_user_id?: string;
    readonly parent_user_id?: string;
    readonly previous_parent_user_id?: string;
  };
  /** What Meta does not hand on, such as polls; `type` names it. */
  readonly unsupported: { readonly type?: string };
}

/**
 * Where a message comes from or belongs, where Meta says so; it is kept with the content.
 *
 * @publicApi
 */
export interface InboundDetails {
  /** Whether it was forwarded, and the product that it is about. */
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
  /** Why Meta could not hand on the content, of `unsupported`. */
  readonly errors?: readonly { readonly code: number; readonly title?: string; readonly message?: string }[];
}

/** The cards of a `contacts` message: a list, or under `contacts` where there are details, for which a list has no place. */
export type ContactsContent = readonly SharedCard[] | (InboundDetails & { readonly contacts: readonly SharedCard[] });

/** `contact_request`: the sender's own number, shared because they were asked for it. */
type SharedCard = ContactCard & { readonly origin?: 'contact_request' | 'other'; readonly vcard?: string };
