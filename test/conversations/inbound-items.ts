import type { MessageItem } from '../../lib/webhooks/webhook-item.js';

export const CUSTOMER = '5491112345678';

export const NOON = Date.UTC(2026, 10, 21, 12);

/** Where messages come in: the first number of the first account. */
export interface WithMeta {
  readonly meta: { readonly account: { readonly id: string }; readonly phoneNumber: { readonly id: string } };
}

let wamids = 0;

export interface GivenMessage {
  readonly from?: string;
  readonly userId?: string;
  readonly name?: string;
  readonly id?: string;
  /** Epoch ms; Meta reports whole seconds. */
  readonly at?: number;
  readonly type?: string;
  readonly content?: unknown;
  /** What else stands in the message. */
  readonly besides?: object;
  readonly phoneNumberId?: string;
  readonly businessAccountId?: string;
}

/** An item as a webhook's body has it; a text of `CUSTOMER`'s to the first number unless said otherwise. */
export function inboundItem({ meta }: WithMeta, given: GivenMessage = {}): MessageItem {
  wamids += 1;
  const { from = given.userId === undefined ? CUSTOMER : undefined, userId, name, type = 'text' } = given;
  const { content = { body: 'Hello' }, id = `wamid.inbound.${wamids}`, at = NOON, besides = {} } = given;
  return {
    kind: 'message',
    field: 'messages',
    businessAccountId: given.businessAccountId ?? meta.account.id,
    phoneNumberId: given.phoneNumberId ?? meta.phoneNumber.id,
    message: {
      ...(from !== undefined && { from }),
      ...(userId !== undefined && { from_user_id: userId }),
      id,
      timestamp: String(Math.floor(at / 1_000)),
      type,
      ...(content !== null && { [type]: content }),
      ...besides,
    },
    ...(name !== undefined && {
      contact: { profile: { name }, ...(from && { wa_id: from }), ...(userId && { user_id: userId }) },
    }),
  };
}

/** A text at so many seconds after noon. */
export const textItem = (app: WithMeta, body: string, seconds = 0, given: GivenMessage = {}): MessageItem =>
  inboundItem(app, { content: { body }, at: NOON + seconds * 1_000, ...given });
