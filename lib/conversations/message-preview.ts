import { isJsonObject, type JsonObject } from '../graph/json-object.js';
import type { MessageEntity } from '../messages/message.entity.js';

/** As much of a message's words as a conversation shows of its last one. */
export const LONGEST_WORDS = 500;

type Words = (content: JsonObject) => unknown;

const caption: Words = (content) => content.caption;

/** Where each type of Meta's, sent or received, has its words. */
const WORDS: Readonly<Record<string, Words>> = {
  text: ({ body }) => body,
  image: caption,
  video: caption,
  document: ({ caption: words, filename }) => words ?? filename,
  location: ({ name, address }) => name ?? address,
  button: ({ text }) => text,
  interactive: (content) =>
    at(content, 'button_reply', 'title') ??
    at(content, 'list_reply', 'title') ??
    at(content, 'nfm_reply', 'body') ??
    at(content, 'body', 'text'),
  reaction: ({ emoji }) => emoji,
  order: ({ text }) => text,
  system: ({ body }) => body,
  edit: (content) => at(content, 'message', 'text', 'body'),
};

/** A message in words: its text, caption or label; `[image]` where it has none. */
export function previewOf({
  type,
  content,
  templateName,
}: Pick<MessageEntity, 'type' | 'content' | 'templateName'>): string {
  if (type === 'template') return `[${templateName ?? type}]`;
  const words = type === 'contacts' ? namesOf(content) : isJsonObject(content) && WORDS[type]?.(content);
  return typeof words === 'string' && words.trim() !== '' ? words : `[${type}]`;
}

function namesOf(content: unknown): string | undefined {
  const cards: unknown = isJsonObject(content) ? content.contacts : content;
  if (!Array.isArray(cards)) return undefined;
  const names = cards.map((card: unknown) => at(card, 'name', 'formatted_name'));
  return names.filter((name) => typeof name === 'string').join(', ');
}

function at(content: unknown, ...path: readonly string[]): unknown {
  let found = content;
  for (const name of path) found = isJsonObject(found) ? found[name] : undefined;
  return found;
}
