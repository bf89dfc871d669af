import { type DataSource, In, MoreThan, type SelectQueryBuilder } from 'typeorm';
import type { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { identityOf } from '../contacts/reported-contact.js';
import { MessageEntity } from './message.entity.js';
import { recipientOf } from './recipient.js';

/** A business portfolio, which a messaging limit belongs to. All its phone numbers share the limit. */
export interface Portfolio {
  /** `business:<Meta's id>`, or `account:<Meta's id>` while Meta does not say who owns the account. */
  readonly id: string;
  /** Meta's word for the limit, such as `TIER_2K`. */
  readonly tier: string | null;
  /** Unique recipients outside the service window in a rolling 24 hours; null where there is no limit, or none is known. */
  readonly limit: number | null;
  /** Which accounts it owns. */
  readonly accounts: { readonly ownerBusinessId: string } | { readonly id: number };
}

/** A number as far as its portfolio goes, such as `PhoneNumbers.find` hands out. */
export type NumberOfPortfolio = Pick<PhoneNumberEntity, 'messagingLimit'> & {
  readonly account: Pick<BusinessAccountEntity, 'id' | 'businessAccountId' | 'ownerBusinessId'>;
};

/** The portfolio that a number sends for, with the limit that Meta reported of this number. */
export function portfolioOf({ messagingLimit: tier, account }: NumberOfPortfolio): Portfolio {
  const { id, businessAccountId, ownerBusinessId } = account;
  const limit = messagingLimitOf(tier);
  return ownerBusinessId === null
    ? { id: `account:${businessAccountId}`, tier, limit, accounts: { id } }
    : { id: `business:${ownerBusinessId}`, tier, limit, accounts: { ownerBusinessId } };
}

/** `phoneNumberId` of every number of a portfolio, also of those that send no more. */
export function numbersOfPortfolio(
  dataSource: DataSource,
  { accounts }: Portfolio,
): SelectQueryBuilder<PhoneNumberEntity> {
  return dataSource
    .getRepository(PhoneNumberEntity)
    .createQueryBuilder('number')
    .innerJoin('number.account', 'account')
    .select('number.phoneNumberId', 'phoneNumberId')
    .where('id' in accounts ? 'account.id = :id' : 'account.ownerBusinessId = :ownerBusinessId', accounts);
}

/** Templates that numbers sent since a moment, as `message`. */
export function templatesSent(
  dataSource: DataSource,
  phoneNumberIds: readonly string[],
  since: Date,
): SelectQueryBuilder<MessageEntity> {
  return dataSource
    .getRepository(MessageEntity)
    .createQueryBuilder('message')
    .where({ phoneNumberId: In(phoneNumberIds), sentAt: MoreThan(since), type: 'template' });
}

/** How many people a portfolio sent a template since a moment; where there is no limit, how many spellings of their numbers. */
export async function recipientsReached(dataSource: DataSource, portfolio: Portfolio, since: Date): Promise<number> {
  const numbers = await numbersOfPortfolio(dataSource, portfolio).getRawMany<{ phoneNumberId: string }>();
  const phoneNumberIds = numbers.map(({ phoneNumberId }) => phoneNumberId);
  const sent = templatesSent(dataSource, phoneNumberIds, since);
  if (portfolio.limit === null) {
    const row = await sent
      .select("COUNT(DISTINCT COALESCE(NULLIF(message.recipientPhone, ''), message.userId))", 'count')
      .getRawOne<{ count: string | number }>();
    return Number(row?.count ?? 0);
  }
  const rows = await sent
    .select('message.recipientPhone', 'recipientPhone')
    .addSelect('message.userId', 'userId')
    .distinct()
    .getRawMany<{ recipientPhone: string; userId: string | null }>();
  return new Set(rows.map((row) => identityOf(recipientOf(row)))).size;
}

/**
 * How many people outside the service window a business portfolio may message in a rolling 24 hours.
 * @param tier Meta's word, such as `TIER_250`, `TIER_2K` or `TIER_UNLIMITED`
 * @returns null where there is no limit, or none is known
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messaging-limits
 */
export function messagingLimitOf(tier: string | null): number | null {
  const [, amount, thousands] = /^TIER_(\d+)(K)?$/.exec(tier ?? '') ?? [];
  if (amount === undefined) return null;
  return Number(amount) * (thousands === undefined ? 1 : 1_000);
}
