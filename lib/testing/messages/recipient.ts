import type { PhoneNumber } from '../accounts/phone-number.js';
import { GraphError, invalidValue } from '../errors/graph-error.js';
import type { GraphCall } from '../server/graph-call.js';
import type { Param } from '../server/param.js';
import type { AccountNode } from '../graph-node.js';

/** Who a message is for. */
export interface Recipient {
  readonly kind: 'phone' | 'user' | 'group';
  /** As it was sent. */
  readonly input: string;
  /** As Meta knows it: `wa_id`, business-scoped user id or group id. */
  readonly waId: string;
}

/** A business-scoped user id, or that of a parent business: `US.13491208655302741918`. */
const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/** Reads `to` or `recipient`; `to` wins when both are there. See Meta's page "Send messages", phone number formats. */
export function readRecipient(body: Param, phoneNumber: PhoneNumber, call: GraphCall): Recipient {
  const type = body.get('recipient_type');
  const isGroup = type.given && type.oneOf(['individual', 'group']) === 'group';
  const to = body.get('to');
  if (!to.given && body.get('recipient').given && !isGroup) {
    const user = readUserId(body.get('recipient'));
    // Another portfolio's id of a person is of no use here; that of a parent business is for all of its own.
    const isForeign = call.graph.users.find(user.waId) !== undefined && !phoneNumber.userOf(user.waId);
    if (isForeign) throw invalidValue('The business-scoped user id is of another business portfolio.');
    return user;
  }
  const input = to.string();
  return isGroup ? { kind: 'group', input, waId: input } : readPhone(input, phoneNumber, call);
}

/** Reads a user who may be named by number, with or without `+`, by `wa_id` or by business-scoped user id. */
export function readUser(input: string, phoneNumber: PhoneNumber, call: GraphCall): Recipient {
  if (USER_ID.test(input)) return { kind: 'user', input, waId: input };
  return readPhone(input.startsWith('+') ? input : `+${input}`, phoneNumber, call);
}

function readUserId(recipient: Param): Recipient {
  const input = recipient.string();
  if (!USER_ID.test(input)) throw invalidValue('The parameter recipient is not a business-scoped user id.');
  return { kind: 'user', input, waId: input };
}

function readPhone(input: string, phoneNumber: PhoneNumber, call: GraphCall): Recipient {
  if (!/^\s*\+?[\d\s().-]+$/.test(input)) throw notAPhone();
  const digits = input.replaceAll(/\D/g, '');
  // Without a plus Meta takes the number for a national one of the sender's country: a message for another person.
  const full = input.trimStart().startsWith('+') ? digits : `${phoneNumber.callingCode}${digits}`;
  if (full.length < 7 || full.length > 15 || full.startsWith('0')) throw notAPhone();
  if (full === phoneNumber.digits) throw new GraphError(131021, { details: 'The recipient is the sender.' });
  return { kind: 'phone', input, waId: call.graph.options.waId?.(full) ?? full };
}

function notAPhone(): GraphError {
  return invalidValue('The parameter to is not a phone number: write + and the calling code before it.');
}

/** What the checks of a message's content may need to know. */
export interface MessageContext {
  readonly account: AccountNode;
  readonly recipient: Recipient;
  readonly call: GraphCall;
}
