// What is under the name of its type in Meta's payload, spelled as Meta spells it:
// https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages
import type { ContactCard } from './contact-card.js';
import type { InteractiveMessageContent } from './interactive-content.js';
import type { MessageMediaSource } from './message-media-source.js';

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
  /** Text below the file: at most 1,024 characters. */
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
