import { Repository } from 'typeorm';
import { updateRows } from '../store/json-rows.js';
import { change, type Statements, selectEntities } from '../store/statement.js';
import { MessageEntity, type MessageStatus } from './message.entity.js';
import { Injectable } from '@nestjs/common';
import { CallbackOutbox } from '../callbacks/callback-outbox.js';
import { ContactIdentityEntity } from '../contacts/contact-identity.entity.js';
import { type Ownership, ownerAt, timesOf } from '../contacts/contact-plan.js';
import { identityOf } from '../contacts/reported-contact.js';
import { toE164 } from '../contacts/phone-number.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { pricingOf } from './pricing.js';

/** A message's new values; those it does not name stay. */
export type MessageChange = Pick<MessageEntity, 'id'> & Partial<MessageEntity>;

/** Writes changes of locked messages, given in the order of their ids: those of the same columns by one statement. For `MessageRepository` and `BulkLedger` alone. */
export function* changeMessages(
  messages: Repository<MessageEntity>,
  changes: readonly MessageChange[],
): Statements<void> {
  for (const alike of groupByShape(changes)) {
    const { rows, shared } = shareEqualColumns(alike);
    yield* change(updateRows(messages, rows, { shared }));
  }
}

/** Rows written by one statement have the same columns. */
function groupByShape(changes: readonly MessageChange[]): MessageChange[][] {
  const shapes = new Map<string, MessageChange[]>();
  for (const message of changes) {
    const shape = Object.keys(message).join();
    const alike = shapes.get(shape);
    if (alike) alike.push(message);
    else shapes.set(shape, [message]);
  }
  return [...shapes.values()];
}

/** Most outcomes differ in little: what they have in common is written once. */
function shareEqualColumns(changes: readonly MessageChange[]): {
  rows: MessageChange[];
  shared: Partial<MessageEntity>;
} {
  const [first] = changes;
  if (!first) return { rows: [], shared: {} };
  const isShared = (name: string) => changes.every((other) => Reflect.get(other, name) === Reflect.get(first, name));
  const names = Object.keys(first).filter((name) => name !== 'id');
  const shared = new Set(names.filter(isShared));
  const own = names.filter((name) => !shared.has(name));
  return { rows: changes.map((one) => ({ id: one.id, ...pick(one, own) })), shared: pick(first, [...shared]) };
}

function pick(from: MessageChange, names: readonly string[]): Partial<MessageEntity> {
  const picked: Partial<MessageEntity> = {};
  for (const name of names) Reflect.set(picked, name, Reflect.get(from, name));
  return picked;
}

/** A message of an erased person: without what identifies them or was said; Meta's id contains the number. */
export const ERASED: Partial<MessageEntity> = {
  recipientPhone: '',
  waId: null,
  userId: null,
  wamid: null,
  contextWamid: null,
  content: null,
  errorDetails: null,
};

/** Every other message has a number or a user id. */
export const isErased = ({ recipientPhone, userId }: Pick<MessageEntity, 'recipientPhone' | 'userId'>): boolean =>
  recipientPhone === '' && userId === null;

/** A row's change, which brings nothing back where the person was erased while the message was on its way. */
export function keepErased(
  row: Pick<MessageEntity, 'recipientPhone' | 'userId'>,
  changed: MessageChange,
): MessageChange {
  return isErased(row) ? { ...changed, ...ERASED } : changed;
}

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
        const key = statusKey(message, message.attempt, status);
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

/** Names the callback of one step of a message. */
const statusKey = ({ id }: Pick<MessageEntity, 'id'>, attempt: number, status: MessageStatus): string =>
  `message.status:${id}:${attempt}:${status}`;

/** What a message's callbacks report. */
const STEPS: readonly MessageStatus[] = ['sent', 'unconfirmed', 'delivered', 'read', 'played', 'failed'];

/** Tries of a message that have callbacks of their own, at most: the latest. */
const MOST_ATTEMPTS = 20;

/** Names the callbacks that a message may have had. */
export function callbackKeysOf(message: Pick<MessageEntity, 'id' | 'attempt'>): string[] {
  const first = Math.max(0, message.attempt - MOST_ATTEMPTS);
  const attempts = Array.from({ length: message.attempt - first + 1 }, (_, index) => first + index);
  return attempts.flatMap((attempt) => STEPS.map((status) => statusKey(message, attempt, status)));
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
