// What is under the name of its type in Meta's payload, spelled as Meta spells it:
// https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages

/**
 * A text message.
 *
 * @publicApi
 */
export interface TextMessageContent {
  /** At most 4,096 characters. */
  readonly body: string;
  /** Whether WhatsApp shows a preview of the first address in the text. */
  readonly preview_url?: boolean;
}

/** At most 1,024 characters. */
interface Captioned {
  readonly caption?: string;
}

/**
 * A JPEG or PNG.
 *
 * @publicApi
 */
export type ImageMessageContent = MessageMediaSource & Captioned;
/**
 * An MP4 or 3GP.
 *
 * @publicApi
 */
export type VideoMessageContent = MessageMediaSource & Captioned;

/**
 * A document of any type.
 *
 * @publicApi
 */
export type DocumentMessageContent = MessageMediaSource &
  Captioned & {
    /** As the customer sees it; its ending decides the icon. */
    readonly filename?: string;
  };

/**
 * An audio file, or a voice note.
 *
 * @publicApi
 */
export type AudioMessageContent = MessageMediaSource & {
  /** A voice note: OGG with the OPUS codec. */
  readonly voice?: boolean;
};

/**
 * A WebP, still or animated.
 *
 * @publicApi
 */
export type StickerMessageContent = MessageMediaSource;

/**
 * A place.
 *
 * @publicApi
 */
export interface LocationMessageContent {
  /** Degrees from -90 to 90; a text of a number is sent as a number. */
  readonly latitude: number | string;
  /** Degrees from -180 to 180. */
  readonly longitude: number | string;
  /** Title of the card. */
  readonly name?: string;
  /** Shown only next to a name. */
  readonly address?: string;
}

/**
 * A reaction to a message of the customer's, at most 30 days old.
 *
 * @publicApi
 */
export interface ReactionMessageContent {
  /** The wamid of the message. */
  readonly message_id: string;
  /** One emoji; an empty text takes the reaction back. */
  readonly emoji: string;
}

/**
 * What each type of message takes, templates apart.
 *
 * @publicApi
 */
export interface MessageContents {
  /** A bare text is its `body`. */
  readonly text: string | TextMessageContent;
  /** A JPEG or PNG, with a caption. */
  readonly image: ImageMessageContent;
  /** An MP4 or 3GP, with a caption. */
  readonly video: VideoMessageContent;
  /** An audio file, or a voice note. */
  readonly audio: AudioMessageContent;
  /** A document of any type, with a caption. */
  readonly document: DocumentMessageContent;
  /** A WebP, still or animated. */
  readonly sticker: StickerMessageContent;
  /** A place on the map. */
  readonly location: LocationMessageContent;
  /** People or companies, which the customer can save. */
  readonly contacts: readonly ContactCard[];
  /** An emoji on a message of the customer's. */
  readonly reaction: ReactionMessageContent;
  /** A message with something to tap. */
  readonly interactive: InteractiveMessageContent;
}

/**
 * A type of message that needs no template, and is taken by Meta inside the customer service window only.
 *
 * @publicApi
 */
export type FreeFormMessageType = keyof MessageContents;

/**
 * One person or company of a contacts message.
 *
 * @publicApi
 */
export interface ContactCard {
  /** With at least one part besides `formatted_name`. */
  readonly name: {
    readonly formatted_name: string;
    readonly first_name?: string;
    readonly last_name?: string;
    readonly middle_name?: string;
    readonly prefix?: string;
    readonly suffix?: string;
  };
  /** Numbers; with `wa_id` the customer can open a chat. */
  readonly phones?: readonly { readonly phone: string; readonly type?: string; readonly wa_id?: string }[];
  /** Email addresses; `type` is a word of your own, such as `WORK`. */
  readonly emails?: readonly { readonly email: string; readonly type?: string }[];
  /** Web addresses. */
  readonly urls?: readonly { readonly url: string; readonly type?: string }[];
  /** Postal addresses. */
  readonly addresses?: readonly {
    readonly street?: string;
    readonly city?: string;
    readonly state?: string;
    readonly zip?: string;
    readonly country?: string;
    readonly country_code?: string;
    readonly type?: string;
  }[];
  /** The company that the person belongs to, and their place in it. */
  readonly org?: { readonly company?: string; readonly department?: string; readonly title?: string };
  /** Written `YYYY-MM-DD`. */
  readonly birthday?: string;
}

interface Text {
  readonly text: string;
}

/** At most 60 characters, without markup. */
interface TextHeader {
  readonly type: 'text';
  readonly text: string;
}

/**
 * What is above the body: a text or a file.
 *
 * @publicApi
 */
export type InteractiveMessageHeader =
  | TextHeader
  | { readonly type: 'image'; readonly image: MessageMediaSource }
  | { readonly type: 'video'; readonly video: MessageMediaSource }
  | { readonly type: 'document'; readonly document: MessageMediaSource & { readonly filename?: string } };

/** An answer to tap. */
interface ReplyButton {
  readonly type: 'reply';
  /** Id: at most 256 characters; title: at most 20, each different. */
  readonly reply: { readonly id: string; readonly title: string };
}

interface ListSection {
  /** At most 24 characters; required when there is more than one section. */
  readonly title?: string;
  /** Id: at most 200 characters; title: at most 24; description: at most 72. */
  readonly rows: readonly { readonly id: string; readonly title: string; readonly description?: string }[];
}

interface ProductSection {
  /** At most 24 characters; required when there is more than one section. */
  readonly title?: string;
  readonly product_items: readonly { readonly product_retailer_id: string }[];
}

/** A button that opens an address; its label has at most 20 characters. */
interface UrlAction {
  readonly name: 'cta_url';
  readonly parameters: { readonly display_text: string; readonly url: string };
}

/** Opens a Flow, which is named by its id or its name. */
interface FlowAction {
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
type CarouselCard = MediaCard | ProductCard;

/** A product of a catalog, which brings its picture and its text. */
export interface ProductCard {
  /** From 0, in order. */
  readonly card_index: number;
  readonly type: 'product';
  readonly action: { readonly catalog_id: string; readonly product_retailer_id: string };
}

/** A picture or video with an action. */
interface MediaCard {
  /** From 0, in order. */
  readonly card_index: number;
  readonly type: string;
  readonly header: Exclude<InteractiveMessageHeader, TextHeader | { readonly type: 'document' }>;
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
 * @publicApi
 */
export type InteractiveMessageContent =
  | (Framed & {
      readonly type: 'button';
      readonly header?: InteractiveMessageHeader;
      readonly action: { readonly buttons: readonly ReplyButton[] };
    })
  | (Framed & {
      readonly type: 'list';
      readonly header?: TextHeader;
      readonly action: { readonly button: string; readonly sections: readonly ListSection[] };
    })
  | (Framed & { readonly type: 'cta_url'; readonly header?: InteractiveMessageHeader; readonly action: UrlAction })
  | (Framed & { readonly type: 'flow'; readonly header?: InteractiveMessageHeader; readonly action: FlowAction })
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
      /** Asks for the customer's number, which a message of type `contacts` shares. */
      readonly type: 'request_contact_info';
      readonly action: { readonly name: 'request_contact_info' };
    })
  | (Framed & { readonly type: 'carousel'; readonly action: { readonly cards: readonly CarouselCard[] } });

/**
 * A file: one that was uploaded, by Meta's id of it, or one that Meta fetches from a public address.
 *
 * @publicApi
 */
export type MessageMediaSource =
  { readonly id: string; readonly link?: undefined } | { readonly link: string; readonly id?: undefined };
