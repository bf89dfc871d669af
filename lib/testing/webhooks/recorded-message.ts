import type { PhoneNumberNode, TemplateNode } from '../graph-node.js';
import type { RecordedMessage } from '../records/records.js';
import { isJsonObject, type JsonObject } from '../server/param.js';

/** A message of a number as its statuses report it, from what was recorded. */
export function recordedMessageOf(phoneNumber: PhoneNumberNode, record: RecordedMessage): AcceptedMessage {
  const { body, waId } = record;
  const { biz_opaque_callback_data: callbackData } = body;
  return {
    phoneNumber,
    recipient: { kind: kindOf(body), waId },
    template: templateOf(phoneNumber, body),
    callbackData: typeof callbackData === 'string' ? callbackData : undefined,
    record,
  };
}

function kindOf({ recipient_type: type, to }: JsonObject): 'phone' | 'user' | 'group' {
  if (type === 'group') return 'group';
  return to === undefined ? 'user' : 'phone';
}

function templateOf({ account }: PhoneNumberNode, { template }: JsonObject) {
  if (!isJsonObject(template)) return undefined;
  const { name, language } = template;
  const code = isJsonObject(language) ? language.code : undefined;
  return typeof name === 'string' && typeof code === 'string' ? account.template(name, code) : undefined;
}

/** A message with statuses to report. */
export interface AcceptedMessage {
  readonly phoneNumber: PhoneNumberNode;
  readonly recipient: { readonly kind: 'phone' | 'user' | 'group'; readonly waId: string };
  readonly template: TemplateNode | undefined;
  /** Its `biz_opaque_callback_data`. */
  readonly callbackData: string | undefined;
  readonly record: RecordedMessage;
}
