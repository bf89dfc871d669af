import { createHmac } from 'node:crypto';
import type { PhoneNumberNode } from '../graph-node.js';
import { contactsOf, statusOf, type StatusUpdate } from './status-update.js';

/** A POST to the app. */
export interface Webhook {
  readonly url: string;
  readonly body: string;
  /** The value of `X-Hub-Signature-256`. */
  readonly signature: string;
  /** How many updates are in it. */
  readonly size: number;
}

/** The webhook for some statuses of one number, to its override, else to its account's, else to the app's callback. */
export function webhookOf(phoneNumber: PhoneNumberNode, updates: readonly StatusUpdate[], appUrl: string): Webhook {
  const { account } = phoneNumber;
  const contacts = contactsOf(updates);
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: phoneNumber.digits, phone_number_id: phoneNumber.id },
    ...(contacts.length > 0 && { contacts }),
    statuses: updates.map(statusOf),
  };
  const entry = { id: account.id, changes: [{ value, field: 'messages' }] };
  const body = toAscii(JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] }));
  return {
    url: phoneNumber.callbackOverride ?? account.callbackOverride ?? appUrl,
    body,
    signature: `sha256=${createHmac('sha256', account.appSecret).update(body).digest('hex')}`,
    size: updates.length,
  };
}

/** Escapes as Meta does, so that a receiver that signs its own JSON instead of the bytes that came is found out. */
function toAscii(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
