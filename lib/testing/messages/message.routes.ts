import { PhoneNumber } from '../accounts/phone-number.js';
import { GraphError } from '../errors/graph-error.js';
import { invalidValue, missingInManagement, missingInSend } from '../errors/refusals.js';
import type { TemplateNode } from '../graph-node.js';
import { isJsonObject } from '../server/json.js';
import { ok, SUCCESS, type GraphCall, type GraphReply } from '../server/graph-call.js';
import type { Param } from '../server/param.js';
import { on } from '../server/route.js';
import { acceptMessage } from './accept-message.js';
import type { MessageContext } from './message-context.js';
import { MESSAGE_TYPES } from './message-types.js';
import { readRecipient, type Recipient } from './recipient.js';
import { isWamid } from './wamid.js';

/** Endpoints of messages. See Meta's page "Send messages". */
export const messageRoutes = [on(PhoneNumber, 'POST', 'messages', postMessage)];

function postMessage(phoneNumber: PhoneNumber, call: GraphCall): GraphReply {
  const body = call.body(missingInSend);
  if (!body.get('messaging_product').given) throw missingInManagement('messaging_product');
  body.get('messaging_product').oneOf(['whatsapp']);
  if (phoneNumber.status !== 'CONNECTED') {
    throw new GraphError(133010, { details: `The phone number is ${phoneNumber.status}: register it first.` });
  }
  return body.get('status').given ? markAsRead(body) : sendMessage(phoneNumber, body, call);
}

function markAsRead(body: Param): GraphReply {
  body.get('status').oneOf(['read']);
  checkWamid(body.get('message_id'));
  const typing = body.get('typing_indicator');
  if (typing.given) typing.get('type').oneOf(['text']);
  return SUCCESS;
}

function sendMessage(phoneNumber: PhoneNumber, body: Param, call: GraphCall): GraphReply {
  const recipient = readRecipient(body, phoneNumber, call);
  if (body.get('context').given) checkWamid(body.get('context').get('message_id'));
  body.get('recipient_identity_key_hash').optionalString();
  const callbackData = body.get('biz_opaque_callback_data').optionalText(512);
  const template = checkContent(body, { account: phoneNumber.account, recipient, call });
  if (phoneNumber.blockedUsers.has(recipient.waId)) throw new GraphError(130403);
  const message = isJsonObject(body.value) ? body.value : {};
  const id = acceptMessage({ phoneNumber, recipient, template, callbackData, body: message }, call);
  return ok({
    messaging_product: 'whatsapp',
    contacts: [contactOf(recipient)],
    messages: [
      {
        id,
        ...(recipient.kind === 'group' && { group_id: recipient.waId }),
        ...(template && { message_status: template.messageStatus }),
      },
    ],
  });
}

/** Checks the object named like the type. Returns the template, if it is one. */
function checkContent(body: Param, context: MessageContext): TemplateNode | undefined {
  const type = body.get('type').optionalString() ?? 'text';
  const check = MESSAGE_TYPES.get(type);
  if (!check) throw new GraphError(131051, { details: `The message type ${type} is not supported.` });
  return check(body.get(type), context) ?? undefined;
}

function contactOf({ kind, input, waId }: Recipient): object {
  if (kind === 'user') return { input, user_id: waId };
  return { input, wa_id: waId };
}

function checkWamid(id: Param): void {
  if (!isWamid(id.string())) throw invalidValue(`The parameter ${id.path} is not the id of a message.`);
}
