import type { ThreadMessage } from '../api.js';

/** What is at a path in content of Meta's, which may be anything. */
export function valueAt(content: unknown, ...path: readonly string[]): unknown {
  let found = content;
  for (const name of path) {
    found =
      typeof found === 'object' && found !== null && Object.hasOwn(found, name) ? Reflect.get(found, name) : undefined;
  }
  return found;
}

export function textAt(content: unknown, ...path: readonly string[]): string | undefined {
  const found = valueAt(content, ...path);
  if (typeof found === 'number') return String(found);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

export function listAt(content: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(content, ...path);
  return Array.isArray(found) ? found : [];
}

/** An emoji of the customer's, or of the business, at a message. */
export interface Reactions {
  readonly inbound?: string;
  readonly outbound?: string;
}

/** A message as the thread shows it, with what was said about it later. */
export interface ShownMessage {
  readonly message: ThreadMessage;
  readonly reactions: Reactions;
  /** The text that the customer made of it. */
  readonly editedTo: string | undefined;
  readonly isDeleted: boolean;
  /** The message that it replies to, where it is among those that are loaded. */
  readonly quoted: ThreadMessage | undefined;
}

/** Messages that say something of another one, which is named in them. */
const ABOUT: Readonly<Record<string, readonly string[]>> = {
  reaction: ['message_id'],
  edit: ['original_message_id'],
  revoke: ['original_message_id'],
};

/**
 * The messages of a thread in the order in which they are read: reactions, edits and deletions are at the message that they are
 * about, and by themselves only where that one is not loaded.
 * @param newestFirst as the server has them
 */
export function shownMessages(newestFirst: readonly ThreadMessage[]): readonly ShownMessage[] {
  const messages = newestFirst.toReversed();
  const byWamid = new Map(
    messages.flatMap((message) => (message.wamid === null ? [] : [[message.wamid, message] as const])),
  );
  const about = new Map<string, ThreadMessage[]>();
  const own = messages.filter((message) => {
    const path = ABOUT[message.type];
    const target = path && textAt(message.content, ...path);
    // What Meta refused was never seen by the customer.
    if (target === undefined || !byWamid.has(target) || message.status === 'failed') return true;
    about.set(target, [...(about.get(target) ?? []), message]);
    return false;
  });
  return own.map((message) => {
    const later = about.get(message.wamid ?? '') ?? [];
    const edit = later.findLast(({ type }) => type === 'edit');
    return {
      message,
      reactions: {
        inbound: emojiOf(later, 'inbound'),
        outbound: emojiOf(later, 'outbound'),
      },
      editedTo: edit && (textAt(edit.content, 'message', 'text', 'body') ?? edit.text),
      isDeleted: later.some(({ type }) => type === 'revoke'),
      quoted: byWamid.get(message.context_wamid ?? ''),
    };
  });
}

function emojiOf(later: readonly ThreadMessage[], by: ThreadMessage['direction']): string | undefined {
  const last = later.findLast(({ type, direction }) => type === 'reaction' && direction === by);
  return last && textAt(last.content, 'emoji');
}

/** The lines of a template as its reader has them: what is above, the text, and what the buttons say. */
export function templateLines(text: string): { readonly text: string; readonly buttons: readonly string[] } {
  const lines = text.split('\n');
  const firstButton = lines.findLastIndex((line) => !/^\[.+\]$/.test(line)) + 1;
  return {
    text: lines.slice(0, firstButton).join('\n'),
    buttons: lines.slice(firstButton).map((line) => line.slice(1, -1)),
  };
}
