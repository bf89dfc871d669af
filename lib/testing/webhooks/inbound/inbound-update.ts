import type { PhoneNumberNode } from '../../graph-node.js';
import { newWamid } from '../../messages/wamid.js';
import { recipientKey } from '../../records/recipient-key.js';
import type { JsonObject } from '../../server/json.js';
import { type InboundUpdate, secondsOf } from '../update.js';
import type { InboundMessage, InboundType } from './inbound-message.js';
import { inboundSamples } from './inbound-samples.js';

/** What opens no service window: the user did not write. */
const SILENT_TYPES: ReadonlySet<InboundType> = new Set(['reaction', 'system', 'unsupported', 'edit', 'revoke']);

export const opensWindow = ({ type }: InboundMessage): boolean => !SILENT_TYPES.has(type);

/** A message of a user as Meta tells it, with an id. */
export function inboundUpdate(
  phoneNumber: PhoneNumberNode,
  given: InboundMessage,
  now: number,
): InboundUpdate & { readonly id: string } {
  const from = given.from === undefined ? undefined : recipientKey(given.from);
  const { type, userId, at = now, context, referral, errors = errorsOf(type) } = given;
  const { id = newWamid(from ?? userId ?? phoneNumber.digits) } = given;
  const message = {
    ...(context && { context }),
    ...(from !== undefined && { from }),
    ...(userId !== undefined && { from_user_id: userId }),
    id,
    timestamp: String(secondsOf(at)),
    type,
    [type]: contentOf(given),
    ...(referral && { referral }),
    ...(errors && { errors }),
  };
  return { kind: 'message', phoneNumber, message, contact: contactOf(given, from), id };
}

const contentOf = (message: InboundMessage): unknown =>
  new Map<string, unknown>(Object.entries(message)).get(message.type) ?? inboundSamples[message.type];

function contactOf({ type, userId, profileName = 'Sample Customer' }: InboundMessage, waId: string | undefined) {
  if (type === 'system') return undefined;
  return {
    profile: { name: profileName },
    ...(waId !== undefined && { wa_id: waId }),
    ...(userId !== undefined && { user_id: userId }),
  };
}

function errorsOf(type: InboundType): readonly JsonObject[] | undefined {
  if (type !== 'unsupported') return undefined;
  const title = 'Message type unknown';
  return [{ code: 131051, title, message: title, error_data: { details: 'Message type is currently not supported.' } }];
}
