import { countryOfNumber } from '../contacts/phone-number.js';
import { isJsonObject, type JsonObject } from '../graph/json.js';
import { truncateForColumn } from '../store/columns.js';
import type { MessageEntity } from './message.entity.js';

/**
 * What Meta charges for a message, as it reports it with a status. It names no amount: that comes from a rate card.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 * @publicApi
 */
export interface MessagePricing {
  /** Whether it is charged once it is delivered; Meta means to give this field up for `type`. */
  readonly billable: boolean | null;
  /** `PMP`, by message; `CBP`, by conversation, before July 2025. */
  readonly pricing_model: string | null;
  /** `regular` is charged; `free_customer_service`, `free_entry_point`, `free_group_customer_service`. */
  readonly type: string | null;
  /** `marketing`, `marketing_lite`, `utility`, `authentication`, `authentication_international`, `service` … */
  readonly category: string | null;
}

/** The columns that statuses with a price fill. */
export type PricingFields = Pick<
  MessageEntity,
  'pricingBillable' | 'pricingModel' | 'pricingType' | 'pricingCategory' | 'pricingCountry' | 'conversationOrigin'
>;

/** Of a message with no price yet. */
export const NO_PRICE: PricingFields = {
  pricingBillable: null,
  pricingModel: null,
  pricingType: null,
  pricingCategory: null,
  pricingCountry: null,
  conversationOrigin: null,
};

/** Reads what one of `statuses[]` says of the price; undefined where it says nothing. */
export function readPricing({ pricing, conversation }: JsonObject): Omit<PricingFields, 'pricingCountry'> | undefined {
  const price = isJsonObject(pricing) ? pricing : {};
  const origin = isJsonObject(conversation) && isJsonObject(conversation['origin']) ? conversation['origin'] : {};
  const { billable } = price;
  const fields = {
    pricingBillable: typeof billable === 'boolean' ? billable : null,
    pricingModel: wordOf(price['pricing_model']),
    pricingType: wordOf(price['type']),
    // Meta's pages spell `authentication-international` both ways.
    pricingCategory: wordOf(price['category'])?.replaceAll('-', '_') ?? null,
    conversationOrigin: wordOf(origin['type'])?.replaceAll('-', '_') ?? null,
  };
  return Object.values(fields).some((value) => value !== null) ? fields : undefined;
}

/**
 * The price of a message once a status has reported one. Whatever the order and however often, it ends in the same: of two
 * that differ, the one that is charged stays.
 */
export function applyPricing(
  current: PricingFields,
  reported: Omit<PricingFields, 'pricingCountry'> | undefined,
  recipient: Pick<MessageEntity, 'recipientPhone' | 'userId'>,
): PricingFields {
  if (!reported) return current;
  const conversationOrigin = first(current.conversationOrigin, reported.conversationOrigin);
  const isKnown = !hasPrice(reported) || (hasPrice(current) && rank(current) <= rank(reported));
  if (isKnown) return { ...current, conversationOrigin };
  return { ...reported, pricingCountry: current.pricingCountry ?? countryOfRecipient(recipient), conversationOrigin };
}

/** The columns of the price, and no others. */
export function pricingFieldsOf(row: PricingFields): PricingFields {
  const { pricingBillable, pricingModel, pricingType, pricingCategory, pricingCountry, conversationOrigin } = row;
  return { pricingBillable, pricingModel, pricingType, pricingCategory, pricingCountry, conversationOrigin };
}

export const isSamePricing = (one: PricingFields, other: PricingFields): boolean =>
  one === other ||
  (one.pricingBillable === other.pricingBillable &&
    one.pricingModel === other.pricingModel &&
    one.pricingType === other.pricingType &&
    one.pricingCategory === other.pricingCategory &&
    one.pricingCountry === other.pricingCountry &&
    one.conversationOrigin === other.conversationOrigin);

/** What Meta reported of a message's price; null before it did. */
export function pricingOf(row: PricingFields): MessagePricing | null {
  if (!hasPrice(row)) return null;
  const { pricingBillable, pricingModel, pricingType, pricingCategory } = row;
  return { billable: pricingBillable, pricing_model: pricingModel, type: pricingType, category: pricingCategory };
}

/** The country that sets the price of a message: a business-scoped user id begins with it. */
export const countryOfRecipient = ({
  recipientPhone,
  userId,
}: Pick<MessageEntity, 'recipientPhone' | 'userId'>): string | null =>
  recipientPhone === '' ? (userId?.slice(0, 2) ?? null) : countryOfNumber(recipientPhone);

type Price = Pick<PricingFields, 'pricingBillable' | 'pricingModel' | 'pricingType' | 'pricingCategory'>;

/** A row that was just made has no such columns yet. */
const hasPrice = ({ pricingBillable, pricingType, pricingCategory }: Price): boolean =>
  [pricingBillable, pricingType, pricingCategory].some((value) => value !== null && value !== undefined);

/** What is charged comes first. */
const rank = ({ pricingBillable, pricingModel, pricingType, pricingCategory }: Price): string =>
  JSON.stringify([
    pricingType === 'regular' ? 0 : 1,
    pricingBillable ? 0 : 1,
    pricingType,
    pricingCategory,
    pricingModel,
  ]);

const first = (one: string | null, other: string | null): string | null => {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
};

const wordOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? truncateForColumn(value, 64) : null;
