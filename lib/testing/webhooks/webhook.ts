import { createHmac } from 'node:crypto';
import type { AccountNode, PhoneNumberNode } from '../graph-node.js';
import type { JsonObject } from '../server/json.js';
import { contactsOf, statusOf } from './status-update.js';
import { type FieldUpdate, type InboundUpdate, secondsOf, type StatusUpdate, type Update } from './update.js';

/** A POST to the app. */
export interface Webhook {
  readonly url: string;
  readonly body: string;
  /** The value of `X-Hub-Signature-256`. */
  readonly signature: string;
  /** How many updates are in it. */
  readonly size: number;
}

/** The webhook for some updates of one subject: for a number to its override, else to its account's, else to the app. */
export function webhookOf(subject: PhoneNumberNode | AccountNode, updates: readonly Update[], appUrl: string): Webhook {
  const { account } = subject;
  const time = updates.reduce(
    (latest, update) => Math.max(latest, update.kind === 'field' ? secondsOf(update.at) : 0),
    0,
  );
  const entry = { id: account.id, ...(time > 0 && { time }), changes: changesOf(updates) };
  const body = toAscii(JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] }));
  return {
    url: isPhoneNumber(subject) ? (subject.callbackOverride ?? account.callbackOverride ?? appUrl) : appUrl,
    body,
    signature: `sha256=${createHmac('sha256', account.appSecret).update(body).digest('hex')}`,
    size: updates.length,
  };
}

const isPhoneNumber = (subject: PhoneNumberNode | AccountNode): subject is PhoneNumberNode => 'digits' in subject;

/** One change for all statuses, one for all messages, and one for each of the others. */
function changesOf(updates: readonly Update[]): JsonObject[] {
  const statuses = updates.filter((update) => update.kind === 'status');
  const messages = updates.filter((update) => update.kind === 'message');
  const others = updates.filter((update) => update.kind === 'field');
  return [...statusChange(statuses), ...messageChange(messages), ...others.map(fieldChange)];
}

function statusChange(updates: readonly StatusUpdate[]): JsonObject[] {
  const [first] = updates;
  if (!first) return [];
  const contacts = contactsOf(updates);
  const value = {
    ...headOf(first.phoneNumber),
    ...(contacts.length > 0 && { contacts }),
    statuses: updates.map(statusOf),
  };
  return [{ value, field: 'messages' }];
}

function messageChange(updates: readonly InboundUpdate[]): JsonObject[] {
  const [first] = updates;
  if (!first) return [];
  // The same person once, as the messages refer to people by their ids.
  const contacts = new Map(updates.flatMap(({ contact }) => (contact ? [[JSON.stringify(contact), contact]] : [])));
  const value = {
    ...headOf(first.phoneNumber),
    ...(contacts.size > 0 && { contacts: [...contacts.values()] }),
    messages: updates.map(({ message }) => message),
  };
  return [{ value, field: 'messages' }];
}

function fieldChange({ phoneNumber, value, field }: FieldUpdate): JsonObject {
  return { value: { ...(phoneNumber && headOf(phoneNumber)), ...value }, field };
}

const headOf = ({ digits, id }: PhoneNumberNode) => ({
  messaging_product: 'whatsapp',
  metadata: { display_phone_number: digits, phone_number_id: id },
});

/** Escapes as Meta does, so that a receiver that signs its own JSON instead of the bytes that came is found out. */
function toAscii(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
