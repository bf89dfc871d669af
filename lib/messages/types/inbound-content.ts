import type { ContactCard } from './contact-card.js';

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
  | {
      /** What was answered. */
      readonly type: 'button_reply';
      /** The button that was tapped. */
      readonly button_reply: {
        /** The id that you gave it. */
        readonly id: string;
        /** Its label. */
        readonly title: string;
      };
    }
  | {
      /** What was answered. */
      readonly type: 'list_reply';

      /** The row that was chosen. */
      readonly list_reply: {
        /** The id that you gave it. */
        readonly id: string;
        /** Its title. */
        readonly title: string;
        /** Its description. */
        readonly description?: string;
      };
    }
  | {
      /** What was answered. */
      readonly type: 'nfm_reply';
      /** `response_json`: what a Flow collected, as JSON in a string. */
      readonly nfm_reply: {
        /** What the Flow collected, as JSON in a string. */
        readonly response_json: string;
        /** Meta's text of the answer. */
        readonly body?: string;
        /** Always `flow`. */
        readonly name?: string;
      };
    }
  | {
      /** What was answered. */
      readonly type: 'call_permission_reply';

      /** Whether you may call. */
      readonly call_permission_reply: {
        /** What the customer chose. */
        readonly response: 'accept' | 'reject';

        /** Whether it has no end. */
        readonly is_permanent?: boolean;
        /** Unix seconds. */
        readonly expiration_timestamp?: number;

        /** `user_action` or `automatic`. */
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
  readonly text: {
    /** The text. */
    readonly body: string;
  };
  /** An image. */
  readonly image: InboundFile & {
    /** Text below the file. */
    readonly caption?: string;
  };
  /** A video. */
  readonly video: InboundFile & {
    /** Text below the file. */
    readonly caption?: string;
  };
  /** `voice`: recorded in WhatsApp. */
  readonly audio: InboundFile & {
    /** Whether it was recorded in WhatsApp. */
    readonly voice?: boolean;
  };
  /** A document. */
  readonly document: InboundFile & {
    /** Text below the file. */
    readonly caption?: string;
    /** Its name on the customer's phone. */
    readonly filename?: string;
  };
  /** A WebP; `animated` when it moves. */
  readonly sticker: InboundFile & {
    /** Whether it moves. */
    readonly animated?: boolean;
  };
  /** A place; `name`, `address` and `url` where the customer chose one from WhatsApp's list. */
  readonly location: {
    /** Degrees from -90 to 90. */
    readonly latitude: number;

    /** Degrees from -180 to 180. */
    readonly longitude: number;

    /** Name of the place. */
    readonly name?: string;

    /** Address of the place. */
    readonly address?: string;

    /** Its page. */
    readonly url?: string;
  };
  /** Without `emoji` it removes the reaction. */
  readonly reaction: {
    /** The wamid of the message reacted to. */
    readonly message_id: string;
    /** One emoji. */
    readonly emoji?: string;
  };
  /** An answer to an interactive message. */
  readonly interactive: InboundInteractive;
  /** A tap on a quick reply of a template. */
  readonly button: {
    /** What you gave the button. */
    readonly payload: string;
    /** Its label. */
    readonly text: string;
  };
  /** Products that the customer chose from a catalog. */
  readonly order: {
    /** Id of the catalog. */
    readonly catalog_id: string;

    /** What the customer wrote with it. */
    readonly text?: string;

    /** The products. */
    readonly product_items: readonly {
      /** Id of the product in the catalog. */
      readonly product_retailer_id: string;

      /** How many. */
      readonly quantity: number;
      /** In units of `currency`, an ISO 4217 code. */
      readonly item_price: number;

      /** ISO 4217 code. */
      readonly currency: string;
    }[];
  };
  /** `user_changed_number`, `user_changed_user_id` or `customer_identity_changed`. */
  readonly system: {
    /** What happened, in Meta's words. */
    readonly body?: string;

    /** What happened. */
    readonly type?: string;

    /** The new number: digits with country code. */
    readonly wa_id?: string;

    /** The new user id. */
    readonly user_id?: string;

    /** The user id before. */
    readonly previous_user_id?: string;

    /** The new user id for the parent business. */
    readonly parent_user_id?: string;

    /** The same before. */
    readonly previous_parent_user_id?: string;
  };
  /** What Meta does not hand on, such as polls; `type` names it. */
  readonly unsupported: {
    /** What it was. */
    readonly type?: string;
  };
}

/**
 * Where a message comes from or belongs, where Meta says so; it is kept with the content.
 *
 * @publicApi
 */
export interface InboundDetails {
  /** Whether it was forwarded, and the product that it is about. */
  readonly context?: {
    /** Whether it was forwarded. */
    readonly forwarded?: boolean;

    /** Whether it was forwarded many times. */
    readonly frequently_forwarded?: boolean;

    /** The product that the message is about. */
    readonly referred_product?: {
      /** Id of the catalog. */
      readonly catalog_id: string;
      /** Id of the product in the catalog. */
      readonly product_retailer_id: string;
    };
  };
  /** The advertisement or post that the customer came from. */
  readonly referral?: {
    /** Address of the advertisement or post. */
    readonly source_url?: string;

    /** `ad` or `post`. */
    readonly source_type?: string;

    /** Meta's id of it. */
    readonly source_id?: string;

    /** Its title. */
    readonly headline?: string;

    /** Its text. */
    readonly body?: string;

    /** Meta's id of the click. */
    readonly ctwa_clid?: string;
  };
  /** Why Meta could not hand on the content, of `unsupported`. */
  readonly errors?: readonly {
    /** Meta's code. */
    readonly code: number;
    /** Meta's title of the code. */
    readonly title?: string;
    /** Meta's sentence. */
    readonly message?: string;
  }[];
}

/** The cards of a `contacts` message: a list, or under `contacts` where there are details, for which a list has no place. */
export type ContactsContent = readonly SharedCard[] | (InboundDetails & { readonly contacts: readonly SharedCard[] });

/** `contact_request`: the sender's own number, shared because they were asked for it. */
type SharedCard = ContactCard & {
  /** Why it was shared. */
  readonly origin?: 'contact_request' | 'other';
  /** The card as a vCard. */
  readonly vcard?: string;
};
