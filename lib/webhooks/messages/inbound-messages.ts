import { Inject, Injectable } from '@nestjs/common';
import { ContactDirectory } from '../../contacts/contact-directory.js';
import { MarketingConsents } from '../../contacts/marketing-consents.js';
import type { WhatsAppEvent } from '../events/whatsapp-event.js';
import { type WebhookApplier, WebhookItemError } from '../webhook-applier.js';
import type { MessageItem } from '../webhook-item.js';
import { INBOUND_OPTIONS, type InboundOptions } from './inbound.options.js';
import { readInboundMessage } from './inbound-message.js';
import { InboundRows, type ReceivedMessage, type StoredMessage } from './inbound-rows.js';
import { numberChangeIn } from './number-change.js';
import { isOneOfWords } from './opt-out-words.js';
import { ReceivingNumbers } from './receiving-numbers.js';

/** Applies what customers send: who they are, what they want, and what they say. */
@Injectable()
export class InboundMessages implements WebhookApplier<MessageItem> {
  constructor(
    @Inject(INBOUND_OPTIONS) private readonly options: InboundOptions,
    private readonly numbers: ReceivingNumbers,
    private readonly directory: ContactDirectory,
    private readonly consents: MarketingConsents,
    private readonly rows: InboundRows,
  ) {}

  async apply(items: readonly MessageItem[]): Promise<WhatsAppEvent[]> {
    const received = await this.#read(items);
    // What comes first may be done again; once the rows are stored, nothing of the messages is done any more.
    await this.#followNumbers(received);
    const optOuts = await this.#optOut(received);
    const stored = await this.rows.store(received);
    this.numbers.count(stored.map(({ message }) => message));
    return [...optOuts, ...stored.map(inboundEvent)];
  }

  async #read(items: readonly MessageItem[]): Promise<ReceivedMessage[]> {
    const inbound = items.map(readInboundMessage);
    const workspaces = await this.numbers.workspacesOf(items);
    return inbound.map((message) => {
      const workspaceId = workspaces.get(message.item.businessAccountId);
      if (workspaceId !== undefined) return { ...message, workspaceId };
      throw new WebhookItemError(`There is no business account ${message.item.businessAccountId}.`);
    });
  }

  async #followNumbers(received: readonly ReceivedMessage[]): Promise<void> {
    for (const message of received) {
      const change = numberChangeIn(message);
      if (change) await this.directory.changeNumber(message.workspaceId, change.from, change.to);
    }
  }

  async #optOut(received: readonly ReceivedMessage[]): Promise<WhatsAppEvent[]> {
    const events: WhatsAppEvent[] = [];
    for (const message of received) {
      if (!isOneOfWords(this.options.optOutWords, message)) continue;
      const { workspaceId, sender, sentAt, item } = message;
      const changed = await this.consents.optOut(workspaceId, [sender], 'keyword', sentAt);
      for (const contact of changed) {
        const id = `consent:${contact.id}:${sentAt.getTime()}`;
        events.push({
          type: 'contact.consent',
          id,
          businessAccountId: item.businessAccountId,
          contact,
          isOptedOut: true,
        });
      }
    }
    return events;
  }
}

function inboundEvent({ inbound, message, conversation }: StoredMessage): WhatsAppEvent {
  const { businessAccountId, phoneNumberId, message: raw } = inbound.item;
  return {
    type: 'message.inbound',
    id: `message:${phoneNumberId}:${inbound.wamid}`,
    businessAccountId,
    message,
    contact: conversation.contact,
    conversation,
    raw,
  };
}
