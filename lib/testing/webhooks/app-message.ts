import { newWamid } from '../messages/wamid.js';
import { recipientKey } from '../records/records.js';
import { type InboundContents, inboundSamples, type InboundType } from './inbound/inbound-update.js';
import { type Change, secondsOf } from './update.js';

/**
 * A message that the business wrote in the WhatsApp Business app. Its content is under the name of its type; left out, it is a
 * sample of the type.
 *
 * @publicApi
 */
export type AppMessage = {
  [Type in InboundType]: {
    /** The user's phone number in any spelling, calling code included. */
    readonly to: string;
    /** The user's business-scoped id. */
    readonly userId?: string;
    /** The wamid; by default a new one. */
    readonly id?: string;
    /** In epoch milliseconds; by default the present of the server's clock. */
    readonly at?: number;

    /** What kind of message it is. */
    readonly type: Type;
  } & Partial<Pick<InboundContents, Type>>;
}[InboundType];

/** The webhook of such a message. See Meta's page "smb_message_echoes webhook reference". */
export function echoChange(digits: string, given: AppMessage, now: number): Change & { readonly id: string } {
  const to = recipientKey(given.to);
  const { userId, type, at = now, id = newWamid(to) } = given;
  const content = new Map<string, unknown>(Object.entries(given)).get(type) ?? inboundSamples[type];
  const echo = {
    from: digits,
    to,
    ...(userId !== undefined && { to_user_id: userId }),
    id,
    timestamp: String(secondsOf(at)),
    type,
    [type]: content,
  };
  const contact = {
    profile: { name: 'Sample Customer' },
    wa_id: to,
    ...(userId !== undefined && { user_id: userId }),
  };
  return { id, field: 'smb_message_echoes', value: { contacts: [contact], message_echoes: [echo] } };
}
