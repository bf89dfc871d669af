import type { PhoneNumber } from '../accounts/phone-number.js';
import type { TemplateNode } from '../graph-node.js';
import { recipientKey } from '../records/recipient-key.js';
import type { GraphCall } from '../server/graph-call.js';
import type { JsonObject } from '../server/json.js';
import type { Recipient } from './recipient.js';
import { newWamid } from './wamid.js';

/** A message that nothing is wrong with. */
export interface CheckedMessage {
  readonly phoneNumber: PhoneNumber;
  readonly recipient: Recipient;
  /** Undefined for all but templates. */
  readonly template: TemplateNode | undefined;
  readonly callbackData: string | undefined;
  readonly body: JsonObject;
}

/** Takes a message in and returns its wamid. Throws when a limit is used up: 130429, 131056 or 131048. */
export function acceptMessage(message: CheckedMessage, { graph, arrivedAt }: GraphCall): string {
  const { phoneNumber, recipient, body } = message;
  const user = recipient.kind === 'group' ? undefined : recipientKey(recipient.waId);
  const now = graph.now();
  graph.limits.admit({ phoneNumber, user, arrivedAt, now });
  const id = newWamid(recipient.waId);
  const { input: to, waId } = recipient;
  const record = { id, phoneNumberId: phoneNumber.id, to, waId, body, receivedAt: new Date(now) };
  graph.records.addMessage(record);
  graph.webhooks.follow({ ...message, record });
  return id;
}
