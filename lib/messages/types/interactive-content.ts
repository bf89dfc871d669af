import type { MessageMediaSource } from './message-media-source.js';

interface Text {
  /** The text. */
  readonly text: string;
}

/** At most 60 characters, without markup. */
interface TextHeader {
  /** Always `text`. */
  readonly type: 'text';

  /** At most 60 characters. */
  readonly text: string;
}

/**
 * What is above the body: a text or a file.
 *
 * @publicApi
 */
export type InteractiveMessageHeader =
  | TextHeader
  | {
      /** What the header is. */
      readonly type: 'image';
      /** The image. */
      readonly image: MessageMediaSource;
    }
  | {
      /** What the header is. */
      readonly type: 'video';
      /** The video. */
      readonly video: MessageMediaSource;
    }
  | {
      /** What the header is. */
      readonly type: 'document';
      /** The document. */
      readonly document: MessageMediaSource & {
        /** As the customer sees it. */
        readonly filename?: string;
      };
    };

/** An answer to tap. */
interface ReplyButton {
  /** Always `reply`. */
  readonly type: 'reply';
  /** Id: at most 256 characters; title: at most 20, each different. */
  readonly reply: {
    /** Comes back when it is tapped: at most 256 characters. */
    readonly id: string;
    /** Its label: at most 20 characters, each different. */
    readonly title: string;
  };
}

interface ListSection {
  /** At most 24 characters; required when there is more than one section. */
  readonly title?: string;
  /** Id: at most 200 characters; title: at most 24; description: at most 72. */
  readonly rows: readonly {
    /** Comes back when it is chosen: at most 200 characters. */
    readonly id: string;
    /** At most 24 characters. */
    readonly title: string;
    /** At most 72 characters. */
    readonly description?: string;
  }[];
}

interface ProductSection {
  /** At most 24 characters; required when there is more than one section. */
  readonly title?: string;

  /** At most 30 products in all sections. */
  readonly product_items: readonly {
    /** Id of the product in the catalog. */
    readonly product_retailer_id: string;
  }[];
}

/** A button that opens an address; its label has at most 20 characters. */
interface UrlAction {
  /** Always `cta_url`. */
  readonly name: 'cta_url';

  /** Label and address of the button. */
  readonly parameters: {
    /** The label: at most 20 characters. */
    readonly display_text: string;
    /** The address that it opens. */
    readonly url: string;
  };
}

/** Opens a Flow, which is named by its id or its name. */
interface FlowAction {
  /** Always `flow`. */
  readonly name: 'flow';

  /** Which Flow, and where it begins. */
  readonly parameters: {
    /** Meta's version of this format. */
    readonly flow_message_version: '3';

    /** Id of the Flow; or its name. */
    readonly flow_id?: string;

    /** Name of the Flow; or its id. */
    readonly flow_name?: string;
    /** Label of the button: at most 30 characters. */
    readonly flow_cta: string;

    /** A text of your own that comes back with the answer. */
    readonly flow_token?: string;

    /** `navigate` opens a screen, `data_exchange` asks your endpoint. */
    readonly flow_action?: 'navigate' | 'data_exchange';

    /** With `navigate`: the first screen, and data for it. */
    readonly flow_action_payload?: {
      /** Id of the screen. */
      readonly screen: string;
      /** What the screen gets. */
      readonly data?: Readonly<Record<string, unknown>>;
    };

    /** `draft` for tests. */
    readonly mode?: 'draft' | 'published';
  };
}

/** One card of a carousel. */
type CarouselCard = MediaCard | ProductCard;

/** A product of a catalog, which brings its picture and its text. */
export interface ProductCard {
  /** From 0, in order. */
  readonly card_index: number;

  /** Always `product`. */
  readonly type: 'product';

  /** The product. */
  readonly action: {
    /** Id of the catalog. */
    readonly catalog_id: string;
    /** Id of the product in the catalog. */
    readonly product_retailer_id: string;
  };
}

/** A picture or video with an action. */
interface MediaCard {
  /** From 0, in order. */
  readonly card_index: number;

  /** What the card's action is, such as `cta_url`. */
  readonly type: string;

  /** The picture or video. */
  readonly header: Exclude<InteractiveMessageHeader, TextHeader | { readonly type: 'document' }>;
  /** At most 160 characters. */
  readonly body?: Text;

  /** In Meta's shape, by `type`. */
  readonly action: Readonly<Record<string, unknown>>;
}

interface Framed {
  /** At most 1,024 characters, of a list 4,096. */
  readonly body: Text;
  /** At most 60 characters. */
  readonly footer?: Text;
}

/**
 * A message with something to tap.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-messages
 * @publicApi
 */
export type InteractiveMessageContent =
  | (Framed & {
      /** What kind of interactive message it is. */
      readonly type: 'button';

      /** What is above the body. */
      readonly header?: InteractiveMessageHeader;

      /** What can be tapped. */
      readonly action: {
        /** 1 to 3 answers to tap. */
        readonly buttons: readonly ReplyButton[];
      };
    })
  | (Framed & {
      /** What kind of interactive message it is. */
      readonly type: 'list';

      /** What is above the body. */
      readonly header?: TextHeader;

      /** What can be tapped. */
      readonly action: {
        /** Label of the button that opens the list: at most 20 characters. */
        readonly button: string;
        /** At most 10, with a title each where there are several. */
        readonly sections: readonly ListSection[];
      };
    })
  | (Framed & {
      /** What kind of interactive message it is. */
      readonly type: 'cta_url';
      /** What is above the body. */
      readonly header?: InteractiveMessageHeader;
      /** What can be tapped. */
      readonly action: UrlAction;
    })
  | (Framed & {
      /** What kind of interactive message it is. */
      readonly type: 'flow';
      /** What is above the body. */
      readonly header?: InteractiveMessageHeader;
      /** What can be tapped. */
      readonly action: FlowAction;
    })
  | (Framed & {
      /** What kind of interactive message it is. */
      readonly type: 'location_request_message';
      /** What can be tapped. */
      readonly action: {
        /** Always this. */
        readonly name: 'send_location';
      };
    })
  | (Framed & {
      /** What kind of interactive message it is. */
      readonly type: 'catalog_message';

      /** What can be tapped. */
      readonly action: {
        /** Always this. */
        readonly name: 'catalog_message';

        /** Settings of the button. */
        readonly parameters?: {
          /** The product of the catalog that gives the picture. */
          readonly thumbnail_product_retailer_id: string;
        };
      };
    })
  | (Partial<Framed> & {
      /** What kind of interactive message it is. */
      readonly type: 'product';

      /** What can be tapped. */
      readonly action: {
        /** Id of the catalog. */
        readonly catalog_id: string;
        /** Id of the product in the catalog. */
        readonly product_retailer_id: string;
      };
    })
  | (Framed & {
      /** What kind of interactive message it is. */
      readonly type: 'product_list';

      /** What is above the body. */
      readonly header: TextHeader;

      /** What can be tapped. */
      readonly action: {
        /** Id of the catalog. */
        readonly catalog_id: string;
        /** At most 10, with a title each where there are several. */
        readonly sections: readonly ProductSection[];
      };
    })
  | (Framed & {
      /** What kind of interactive message it is. */
      readonly type: 'voice_call';

      /** What can be tapped. */
      readonly action: {
        /** Always this. */
        readonly name: 'voice_call';

        /** Settings of the button. */
        readonly parameters?: {
          /** The label: at most 20 characters. */
          readonly display_text?: string;

          /** Minutes for which the button works. */
          readonly ttl_minutes?: number;
          /** Comes back in webhooks of the call. */
          readonly payload?: string;
        };
      };
    })
  | (Partial<Framed> & {
      /** What kind of interactive message it is. */
      readonly type: 'call_permission_request';

      /** What can be tapped. */
      readonly action: {
        /** Always this. */
        readonly name: 'call_permission_request';
      };
    })
  | (Framed & {
      /** Asks for the customer's number, which a message of type `contacts` shares. */
      readonly type: 'request_contact_info';

      /** What can be tapped. */
      readonly action: {
        /** Always this. */
        readonly name: 'request_contact_info';
      };
    })
  | (Framed & {
      /** What kind of interactive message it is. */
      readonly type: 'carousel';
      /** What can be tapped. */
      readonly action: {
        /** 2 to 10 cards. */
        readonly cards: readonly CarouselCard[];
      };
    });
