import type { MessageEnvelope } from '../message-envelope.js';
import type { SendTemplateInput } from '../send-template.input.js';
import type { FreeFormType, MessageContents } from './message-content.js';

/** A message of one type, the content under the type's name: `{ to, image: { id } }`. */
export type SendInput<Type extends FreeFormType> = MessageEnvelope & Readonly<Pick<MessageContents, Type>>;

export type SendTextInput = SendInput<'text'>;
export type SendImageInput = SendInput<'image'>;
export type SendVideoInput = SendInput<'video'>;
export type SendAudioInput = SendInput<'audio'>;
export type SendDocumentInput = SendInput<'document'>;
export type SendStickerInput = SendInput<'sticker'>;
export type SendLocationInput = SendInput<'location'>;
export type SendContactsInput = SendInput<'contacts'>;
export type SendReactionInput = SendInput<'reaction'>;
export type SendInteractiveInput = SendInput<'interactive'>;

/** A message of any type. */
export type SendMessageInput =
  | { readonly [Type in FreeFormType]: { readonly type: Type } & SendInput<Type> }[FreeFormType]
  | ({ readonly type: 'template' } & SendTemplateInput);

/** A message whose type and content come from outside and were looked at by nobody. */
export interface SendContentInput extends MessageEnvelope {
  /** One of `FreeFormType`. */
  readonly type: string;
  /** What Meta takes under the name of the type. */
  readonly content: unknown;
}
