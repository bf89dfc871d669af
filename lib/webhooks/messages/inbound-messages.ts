import { Inject, Injectable } from '@nestjs/common';
import { viewOfConversation } from '../../conversations/conversation.view.js';
import { type InboundMessage as WrittenMessage, viewOfMessage } from '../../messages/message.view.js';
import { viewOfContact } from '../../contacts/contact.view.js';
import { ContactDirectory } from '../../contacts/contact-directory.js';
import { phoneOf } from '../../contacts/reported-contact.js';
import { QueuedEvents } from '../events/queued-events.js';
import type { WhatsAppEvent } from '../events/whatsapp-event.js';
import { ConsentChanges } from '../consent-changes.js';
import { type WebhookApplier, WebhookItemError } from '../webhook-arrivals.js';
import type { MessageItem } from '../webhook-item.js';
import { type InboundMessage, readInboundMessage, numberChangeIn } from './inbound-message.js';
import { InboundRows, type ReceivedMessage, type StoredMessage, KnownMessages } from './inbound-rows.js';
import { ReceivingNumbers, INBOUND_OPTIONS, type InboundOptions } from './receiving-numbers.js';
import { isJsonObject, type JsonObject } from '../../graph/json.js';

/** Applies what customers send: who they are, what they want, and what they say. */
@Injectable()
export class InboundMessages implements WebhookApplier<MessageItem> {
  constructor(
    @Inject(INBOUND_OPTIONS) private readonly options: InboundOptions,
    private readonly numbers: ReceivingNumbers,
    private readonly directory: ContactDirectory,
    private readonly consents: ConsentChanges,
    private readonly known: KnownMessages,
    private readonly rows: InboundRows,
    private readonly queued: QueuedEvents,
  ) {}

  async apply(items: readonly MessageItem[]): Promise<WhatsAppEvent[]> {
    const { news: received, known } = await this.known.apart(await this.#read(items));
    // What comes first may be done again; once the rows are stored, nothing is, but it may be reported again.
    await this.#followNumbers(received);
    const again = this.queued.repeatsEvents ? known : [];
    const optOuts = await this.#optOut([...again.map(({ inbound }) => inbound), ...received]);
    const stored = [...(await this.known.placed(again)), ...(await this.rows.store(received))];
    const news = stored.filter(({ isNew }) => isNew);
    this.numbers.count(news.map(({ message }) => message));
    return [...optOuts, ...(this.queued.repeatsEvents ? stored : news).map(inboundEvent)];
  }

  async #read(items: readonly MessageItem[]): Promise<ReceivedMessage[]> {
    const inbound = items.map((item) => inboundOf(readInboundMessage(item)));
    const workspaces = await this.numbers.workspacesOf(items);
    return inbound.map((message) => {
      const workspaceId = workspaces.get(message.item.businessAccountId);
      if (workspaceId !== undefined) return { ...message, workspaceId };
      throw new WebhookItemError(`There is no business account ${message.item.businessAccountId}.`);
    });
  }

  async #followNumbers(received: readonly ReceivedMessage[]): Promise<void> {
    for (const { workspaceId, change, sentAt } of received) {
      if (change) await this.directory.changeNumber(workspaceId, change.from, { ...change.to, at: sentAt });
    }
  }

  async #optOut(received: readonly ReceivedMessage[]): Promise<WhatsAppEvent[]> {
    const events: WhatsAppEvent[] = [];
    for (const message of received) {
      if (!isOneOfWords(this.options.optOutWords, message)) continue;
      const { workspaceId, sender, sentAt, item } = message;
      const consent = { workspaceId, person: sender, isOptedOut: true, source: 'keyword', at: sentAt } as const;
      for (const contact of await this.consents.note(consent)) {
        const id = `consent:${contact.id}:${sentAt.getTime()}`;
        events.push({
          type: 'contact.consent',
          id,
          businessAccountId: item.businessAccountId,
          contact: viewOfContact(contact),
          isOptedOut: true,
        });
      }
    }
    return events;
  }
}

/** A person who reports a change of number owns the new one; the old one has no owner at that moment. */
function inboundOf(message: InboundMessage): Omit<ReceivedMessage, 'workspaceId'> {
  const change = numberChangeIn(message);
  if (!change) return message;
  const phone = phoneOf(change.to);
  const { profileName, username } = message.sender;
  return { ...message, change, sender: { ...change.to, phone, profileName, username, at: message.sentAt } };
}

function inboundEvent({ inbound, message, conversation: talk }: StoredMessage): WhatsAppEvent {
  const { businessAccountId, phoneNumberId, message: raw } = inbound.item;
  const id = `message:${phoneNumberId}:${inbound.wamid}`;
  const conversation = viewOfConversation(talk);
  const { contact } = conversation;
  return {
    type: 'message.inbound',
    id,
    businessAccountId,
    message: viewOfMessage<WrittenMessage>(message),
    contact,
    conversation,
    raw,
  };
}

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
