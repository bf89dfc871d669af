import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { CallbackOutbox } from '../callbacks/callback-outbox.js';
import { ContactIdentityEntity } from '../contacts/contact-identity.entity.js';
import { type Ownership, ownerAt, timesOf } from '../contacts/contact-plan.js';
import { identityOf } from '../contacts/reported-contact.js';
import { toE164 } from '../contacts/phone-number.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { selectEntities, type Statements } from '../store/statement.js';
import { isErased } from './message-changes.js';
import { MessageEntity, type MessageStatus } from './message.entity.js';
import { pricingOf } from './pricing.js';

/** A step that a message of the workspace's went, and its row after all of them. */
export interface MessageStep {
  readonly message: MessageEntity;
  readonly status: MessageStatus;
  readonly at: Date;
}

/** Reports the statuses of messages to workspaces, in the transaction that stores them. */
@Injectable()
export class MessageCallbacks {
  constructor(
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly outbox: CallbackOutbox,
  ) {}

  /** Of locked rows; each step of a message's call is reported once. */
  *stepped(steps: readonly MessageStep[]): Statements<void> {
    const workspaceIds = steps.map(({ message }) => message.workspaceId);
    const wanting = yield* this.outbox.wanting('message.status', workspaceIds);
    for (const workspaceId of wanting) {
      const own = steps.filter(({ message }) => message.workspaceId === workspaceId);
      const contactIds = yield* this.#contactsOf(workspaceId, own);
      const facts = own.map(({ message, status, at }) => {
        const contactId = ownerAt(contactIds.get(identityOfMessage(message)), message.createdAt)?.contactId ?? null;
        const key = `message.status:${message.id}:${message.attempt}:${status}`;
        const data = stepData(message, status, contactId);
        return { workspaceId, event: 'message.status' as const, key, contactId, at, data };
      });
      yield* this.outbox.put(facts);
    }
  }

  /** Whether a workspace wants to be notified of the outcomes of messages. */
  *areWanted(workspaceId: number): Statements<boolean> {
    return (yield* this.outbox.wanting('message.status', [workspaceId])).has(workspaceId);
  }

  /** Of messages that failed without a word of Meta's, by row id; their rows are locked, and say so. */
  *failed(workspaceId: number, ids: readonly number[]): Statements<void> {
    if (ids.length === 0 || !(yield* this.areWanted(workspaceId))) return;
    const messages = yield* selectEntities(this.messages, { id: inList(this.messages, ids) });
    yield* this.stepped(messages.map((message) => ({ message, status: 'failed', at: message.failedAt ?? new Date() })));
  }

  *#contactsOf(
    workspaceId: number,
    steps: readonly MessageStep[],
  ): Statements<ReadonlyMap<string, readonly Ownership[]>> {
    const people = steps.filter(({ message }) => !isErased(message)).map(({ message }) => identityOfMessage(message));
    if (people.length === 0) return new Map();
    const where = { workspaceId, identity: inList(this.identities, [...new Set(people)]) };
    const rows = yield* selectEntities(this.identities, where);
    return timesOf(rows);
  }
}

const identityOfMessage = ({ userId, recipientPhone }: MessageEntity): string => identityOf(userId ?? recipientPhone);

/** What is reported of a status; nothing of what was said, and no one-time code. */
function stepData(message: MessageEntity, status: MessageStatus, contactId: number | null): object {
  const { id, wamid, recipientPhone, userId, phoneNumberId, type, templateName, bulkSendId } = message;
  const { sentAt, deliveredAt, readAt, failedAt, errorCode, errorMessage } = message;
  return {
    id,
    message_id: wamid ?? String(id),
    status,
    phone: recipientPhone === '' ? null : toE164(recipientPhone),
    user_id: userId,
    contact_id: contactId,
    phone_number_id: phoneNumberId,
    type,
    template_name: templateName,
    bulk_send_id: bulkSendId,
    sent_at: sentAt,
    delivered_at: deliveredAt,
    read_at: readAt,
    failed_at: failedAt,
    error_code: errorCode,
    error_message: errorMessage,
    pricing: pricingOf(message),
  };
}
