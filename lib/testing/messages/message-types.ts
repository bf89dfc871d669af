import type { TemplateNode } from '../graph-node.js';
import type { Param } from '../server/param.js';
import { checkContacts } from './contacts-message.js';
import { checkInteractive } from './interactive-message.js';
import { checkMedia } from './media-content.js';
import type { MessageContext } from './message-context.js';
import { checkLocation, checkReaction, checkText } from './plain-messages.js';
import { checkTemplate } from './template-message.js';

/** Checks the content of a message of one type; a template's check returns the template. */
export type ContentCheck = (content: Param, context: MessageContext) => TemplateNode | void;

/** What can be sent, and what is checked of it. */
export const MESSAGE_TYPES: ReadonlyMap<string, ContentCheck> = new Map<string, ContentCheck>([
  ['text', checkText],
  ['image', (image, context) => checkMedia(image, context, { caption: true })],
  ['video', (video, context) => checkMedia(video, context, { caption: true })],
  ['document', (document, context) => checkMedia(document, context, { caption: true })],
  ['audio', (audio, context) => checkMedia(audio, context, { caption: false })],
  ['sticker', (sticker, context) => checkMedia(sticker, context, { caption: false })],
  ['location', checkLocation],
  ['contacts', checkContacts],
  ['reaction', checkReaction],
  ['interactive', checkInteractive],
  ['template', checkTemplate],
]);
