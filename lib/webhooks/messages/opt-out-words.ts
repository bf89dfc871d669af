import { isJsonObject, type JsonObject } from '../../graph/json-object.js';
import type { InboundMessage } from './inbound-message.js';

/** Where people write, or tap, a word. */
const SPOKEN: Readonly<Record<string, (content: JsonObject) => unknown>> = {
  text: ({ body }) => body,
  button: ({ text }) => text,
  interactive: ({ button_reply: reply }) => (isJsonObject(reply) ? reply.title : undefined),
};

/** Whether a message is one of these words and nothing else, whatever its capitals and the full stop behind it. */
export function isOneOfWords(words: readonly string[], { type, content }: Pick<InboundMessage, 'type' | 'content'>) {
  const spoken = isJsonObject(content) ? SPOKEN[type]?.(content) : undefined;
  if (typeof spoken !== 'string') return false;
  const bare = bareWord(spoken);
  return bare !== '' && words.some((word) => bareWord(word) === bare);
}

function bareWord(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '');
}
