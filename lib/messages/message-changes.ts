import type { Repository } from 'typeorm';
import { updateRows } from '../store/json-rows.js';
import { change, type Statements } from '../store/statement.js';
import type { MessageEntity } from './message.entity.js';

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
