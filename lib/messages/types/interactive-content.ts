import type { MediaSource } from './media-source.js';

interface Text {
  readonly text: string;
}

/** At most 60 characters, without markup. */
export interface TextHeader {
  readonly type: 'text';
  readonly text: string;
}

/** What stands above the body: a text or a file. */
export type InteractiveHeader =
  | TextHeader
  | { readonly type: 'image'; readonly image: MediaSource }
  | { readonly type: 'video'; readonly video: MediaSource }
  | { readonly type: 'document'; readonly document: MediaSource & { readonly filename?: string } };

/** An answer to tap. */
export interface ReplyButton {
  readonly type: 'reply';
  /** Id: at most 256 characters; title: at most 20, each different. */
  readonly reply: { readonly id: string; readonly title: string };
}

export interface ListSection {
  /** At most 24 characters; required when there is more than one section. */
  readonly title?: string;
  /** Id: at most 200 characters; title: at most 24; description: at most 72. */
  readonly rows: readonly { readonly id: string; readonly title: string; readonly description?: string }[];
}

export interface ProductSection {
  /** At most 24 characters; required when there is more than one section. */
  readonly title?: string;
  readonly product_items: readonly { readonly product_retailer_id: string }[];
}

/** A button that opens an address; its label has at most 20 characters. */
export interface UrlAction {
  readonly name: 'cta_url';
  readonly parameters: { readonly display_text: string; readonly url: string };
}

/** Opens a Flow, which is named by its id or its name. */
export interface FlowAction {
  readonly name: 'flow';
  readonly parameters: {
    readonly flow_message_version: '3';
    readonly flow_id?: string;
    readonly flow_name?: string;
    /** Label of the button: at most 30 characters. */
    readonly flow_cta: string;
    readonly flow_token?: string;
    readonly flow_action?: 'navigate' | 'data_exchange';
    readonly flow_action_payload?: { readonly screen: string; readonly data?: Readonly<Record<string, unknown>> };
    readonly mode?: 'draft' | 'published';
  };
}

/** One card of a carousel. */
export type CarouselCard = MediaCard | ProductCard;

/** A product of a catalog, which brings its picture and its text. */
export interface ProductCard {
  /** From 0, in order. */
  readonly card_index: number;
  readonly type: 'product';
  readonly action: { readonly catalog_id: string; readonly product_retailer_id: string };
}

/** A picture or video with an action. */
export interface MediaCard {
  /** From 0, in order. */
  readonly card_index: number;
  readonly type: string;
  readonly header: Exclude<InteractiveHeader, TextHeader | { readonly type: 'document' }>;
  /** At most 160 characters. */
  readonly body?: Text;
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
 */
export type InteractiveContent =
  | (Framed & {
      readonly type: 'button';
      readonly header?: InteractiveHeader;
      readonly action: { readonly buttons: readonly ReplyButton[] };
    })
  | (Framed & {
      readonly type: 'list';
      readonly header?: TextHeader;
      readonly action: { readonly button: string; readonly sections: readonly ListSection[] };
    })
  | (Framed & { readonly type: 'cta_url'; readonly header?: InteractiveHeader; readonly action: UrlAction })
  | (Framed & { readonly type: 'flow'; readonly header?: InteractiveHeader; readonly action: FlowAction })
  | (Framed & { readonly type: 'location_request_message'; readonly action: { readonly name: 'send_location' } })
  | (Framed & {
      readonly type: 'catalog_message';
      readonly action: {
        readonly name: 'catalog_message';
        readonly parameters?: { readonly thumbnail_product_retailer_id: string };
      };
    })
  | (Partial<Framed> & {
      readonly type: 'product';
      readonly action: { readonly catalog_id: string; readonly product_retailer_id: string };
    })
  | (Framed & {
      readonly type: 'product_list';
      readonly header: TextHeader;
      readonly action: { readonly catalog_id: string; readonly sections: readonly ProductSection[] };
    })
  | (Framed & {
      readonly type: 'voice_call';
      readonly action: {
        readonly name: 'voice_call';
        readonly parameters?: {
          readonly display_text?: string;
          readonly ttl_minutes?: number;
          /** Comes back in webhooks of the call. */
          readonly payload?: string;
        };
      };
    })
  | (Partial<Framed> & {
      readonly type: 'call_permission_request';
      readonly action: { readonly name: 'call_permission_request' };
    })
  | (Framed & {
      // Meta's pages and its clients differ in the name.
      readonly type: 'request_contact_info' | 'contact_request';
      readonly action: { readonly name: 'request_contact_info' };
    })
  | (Framed & { readonly type: 'carousel'; readonly action: { readonly cards: readonly CarouselCard[] } });
