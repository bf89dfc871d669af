import { PhoneNumber } from '../accounts/phone-number.js';
import { GraphError, invalidValue, missingInManagement, missingInSend } from '../errors/graph-error.js';
import type { TemplateNode } from '../graph-node.js';
import { ok, SUCCESS, type GraphCall, type GraphReply, on } from '../server/graph-call.js';
import { type Param, isJsonObject, type JsonObject } from '../server/param.js';
import { type MessageContext, readRecipient, type Recipient } from './recipient.js';
import { isWamid, newWamid } from './wamid.js';
import { checkTemplate } from './template-message.js';
import type { RecordedMessage } from '../records/records.js';
import { checkCloudApi, marketingProductOf, readMarketingEnvelope, refuseMarketingKeys } from './marketing-message.js';
import {
  ACTIONS,
  type InteractiveRule,
  checkLocation,
  checkReaction,
  checkText,
  checkMedia,
} from './interactive-actions.js';

/** Endpoints of messages. See Meta's page "Send messages". */
export const messageRoutes = [
  on(PhoneNumber, 'POST', 'messages', postMessage),
  on(PhoneNumber, 'POST', 'marketing_messages', postMarketingMessage),
];

function postMessage(phoneNumber: PhoneNumber, call: GraphCall): GraphReply {
  const body = readBody(phoneNumber, call);
  if (body.get('status').given) return markAsRead(body);
  refuseMarketingKeys(body);
  return sendMessage({ phoneNumber, body, call }, (template) => {
    if (template) checkCloudApi(template, phoneNumber.account);
    return 'cloud_api';
  });
}

/** Takes marketing templates alone. See Meta's page "Send marketing template messages". */
function postMarketingMessage(phoneNumber: PhoneNumber, call: GraphCall): GraphReply {
  const body = readBody(phoneNumber, call);
  const policy = readMarketingEnvelope(body);
  return sendMessage({ phoneNumber, body, call }, (template, context) =>
    template ? marketingProductOf(template, policy, context) : 'cloud_api',
  );
}

function readBody(phoneNumber: PhoneNumber, call: GraphCall): Param {
  const body = call.body(missingInSend);
  if (!body.get('messaging_product').given) throw missingInManagement('messaging_product');
  body.get('messaging_product').oneOf(['whatsapp']);
  if (phoneNumber.status !== 'CONNECTED') {
    throw new GraphError(133010, { details: `The phone number is ${phoneNumber.status}: register it first.` });
  }
  return body;
}

function markAsRead(body: Param): GraphReply {
  body.get('status').oneOf(['read']);
  checkWamid(body.get('message_id'));
  const typing = body.get('typing_indicator');
  if (typing.given) typing.get('type').oneOf(['text']);
  return SUCCESS;
}

interface Send {
  readonly phoneNumber: PhoneNumber;
  readonly body: Param;
  readonly call: GraphCall;
}

/** @param productOf which product sends it; throws where none does */
function sendMessage(
  { phoneNumber, body, call }: Send,
  productOf: (template: TemplateNode | undefined, context: MessageContext) => RecordedMessage['product'],
): GraphReply {
  const recipient = readRecipient(body, phoneNumber, call);
  if (body.get('context').given) checkWamid(body.get('context').get('message_id'));
  body.get('recipient_identity_key_hash').optionalString();
  const callbackData = body.get('biz_opaque_callback_data').optionalText(512);
  const context = { account: phoneNumber.account, recipient, call };
  const template = checkContent(body, context);
  const product = productOf(template, context);
  if (phoneNumber.blockedUsers.has(recipient.waId)) throw new GraphError(130403);
  const message = isJsonObject(body.value) ? body.value : {};
  const id = acceptMessage({ phoneNumber, recipient, template, callbackData, product, body: message }, call);
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

/** Checks the content of a message of one type; a template's check returns the template. */
type ContentCheck = (content: Param, context: MessageContext) => TemplateNode | void;

/** What can be sent, and what is checked of it. */
const MESSAGE_TYPES: ReadonlyMap<string, ContentCheck> = new Map<string, ContentCheck>([
  ['text', checkText],
  ['image', (image, context) => checkMedia(image, context, { caption: true })],
  ['video', (video, context) => checkMedia(video, context, { caption: true })],
  ['document', (document, context) => checkMedia(document, context, { caption: true })],
  ['audio', (audio, context) => checkMedia(audio, context, { caption: false })],
  ['sticker', (sticker, context) => checkMedia(sticker, context, { caption: false })],
  ['location', checkLocation],
  ['contacts', checkContacts],
  ['reaction', checkReaction],
  ['interactive', checkInteractive],
  ['template', checkTemplate],
]);

const OTHER_NAMES = ['first_name', 'last_name', 'middle_name', 'prefix', 'suffix'];

/** Contact cards: each with a formatted name and at least one more part of it. */
function checkContacts(contacts: Param): void {
  for (const contact of contacts.itemsBetween(1, 257)) {
    const name = contact.get('name').object();
    name.get('formatted_name').string();
    if (!name.firstOf(...OTHER_NAMES)) throw name.invalid(`must have one of ${OTHER_NAMES.join(', ')}.`);
    for (const phone of contact.get('phones').optionalItems()) phone.get('phone').string();
    for (const email of contact.get('emails').optionalItems()) email.get('email').string();
    for (const url of contact.get('urls').optionalItems()) url.get('url').string();
    const birthday = contact.get('birthday').optionalString();
    if (birthday !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(birthday)) {
      throw contact.get('birthday').invalid('must be written YYYY-MM-DD.');
    }
  }
}

/** A message that nothing is wrong with. */
interface CheckedMessage {
  readonly phoneNumber: PhoneNumber;
  readonly recipient: Recipient;
  /** Undefined for all but templates. */
  readonly template: TemplateNode | undefined;
  readonly callbackData: string | undefined;
  readonly product: RecordedMessage['product'];
  readonly body: JsonObject;
}

/** Takes a message in and returns its wamid. Throws when a limit is used up: 130429, 131056 or 131048. */
function acceptMessage(message: CheckedMessage, { graph, arrivedAt }: GraphCall): string {
  const { phoneNumber, recipient, product, body } = message;
  const user = recipient.kind === 'group' ? undefined : graph.users.keyOf(recipient.waId);
  const now = graph.now();
  graph.limits.admit({ phoneNumber, user, arrivedAt, now });
  const id = newWamid(recipient.waId);
  const { input: to, waId } = recipient;
  const record = { id, phoneNumberId: phoneNumber.id, to, waId, product, body, receivedAt: new Date(now) };
  graph.records.addMessage(record);
  graph.webhooks.follow({ ...message, record });
  return id;
}

const MEDIA_HEADERS = ['image', 'video', 'document'];

/** Buttons, lists and the like. See Meta's page "Interactive messages". */
function checkInteractive(interactive: Param, context: MessageContext): void {
  const type = interactive.object().get('type').string();
  const rule = ACTIONS.get(type);
  if (!rule) throw new GraphError(131051, { details: `The interactive type ${type} is not supported.` });
  checkHeader(interactive.get('header'), rule, context);
  const body = interactive.get('body');
  if (rule.body === 'required' || body.given)
    body
      .object()
      .get('text')
      .text(rule.maxBody ?? 1024);
  if (interactive.get('footer').given) interactive.get('footer').object().get('text').text(60);
  rule.check(interactive.get('action').object());
}

function checkHeader(header: Param, rule: InteractiveRule, context: MessageContext): void {
  if (rule.header === 'required') header.object();
  if (!header.given) return;
  if (rule.header === 'none') throw header.invalid('is not supported for this interactive type.');
  const kinds = rule.header === 'any' ? ['text', ...MEDIA_HEADERS] : ['text'];
  const kind = header.object().get('type').oneOf(kinds);
  if (kind === 'text') header.get('text').text(60);
  else checkMedia(header.get(kind), context, { caption: false });
}
