import type { ContactCard } from './contact-card.js';
import type { InteractiveContent } from './interactive-content.js';
import type { MediaSource } from './media-source.js';

// What stands under the name of its type in Meta's payload, spelled as Meta spells it:
// https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages

/** A text message. */
export interface TextContent {
  /** At most 4,096 characters. */
  readonly body: string;
  /** Whether WhatsApp shows a preview of the first address in the text. */
  readonly preview_url?: boolean;
}

/** At most 1,024 characters. */
interface Captioned {
  readonly caption?: string;
}

export type ImageContent = MediaSource & Captioned;
export type VideoContent = MediaSource & Captioned;

export type DocumentContent = MediaSource &
  Captioned & {
    /** As the customer sees it; its ending decides the icon. */
    readonly filename?: string;
  };

export type AudioContent = MediaSource & {
  /** A voice note: OGG with the OPUS codec. */
  readonly voice?: boolean;
};

/** A WebP, still or animated. */
export type StickerContent = MediaSource;

/** A place. */
export interface LocationContent {
  /** Degrees from -90 to 90; a text of a number is sent as a number. */
  readonly latitude: number | string;
  /** Degrees from -180 to 180. */
  readonly longitude: number | string;
  readonly name?: string;
  /** Shown only beside a name. */
  readonly address?: string;
}

/** A reaction to a message of the customer's, at most 30 days old. */
export interface ReactionContent {
  /** The wamid of the message. */
  readonly message_id: string;
  /** One emoji; an empty text takes the reaction back. */
  readonly emoji: string;
}

/** What each type of message takes, templates apart. */
export interface MessageContents {
  /** A bare text is its `body`. */
  readonly text: string | TextContent;
  readonly image: ImageContent;
  readonly video: VideoContent;
  readonly audio: AudioContent;
  readonly document: DocumentContent;
  readonly sticker: StickerContent;
  readonly location: LocationContent;
  readonly contacts: readonly ContactCard[];
  readonly reaction: ReactionContent;
  readonly interactive: InteractiveContent;
}

/** A type of message that needs no template, and is taken by Meta inside the customer service window only. */
export type FreeFormType = keyof MessageContents;
