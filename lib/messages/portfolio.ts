import type { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { messagingLimitOf } from '../accounts/messaging-limit.js';
import type { PhoneNumberEntity } from '../accounts/phone-number.entity.js';

/** A business portfolio: whom a messaging limit belongs to. All its phone numbers share the limit. */
export interface Portfolio {
  /** `business:<Meta's id>`, or `account:<Meta's id>` while Meta does not tell who owns the account. */
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

/** The portfolio that a number sends for, with the limit that Meta told of this number. */
export function portfolioOf({ messagingLimit: tier, account }: NumberOfPortfolio): Portfolio {
  const { id, businessAccountId, ownerBusinessId } = account;
  const limit = messagingLimitOf(tier);
  return ownerBusinessId === null
    ? { id: `account:${businessAccountId}`, tier, limit, accounts: { id } }
    : { id: `business:${ownerBusinessId}`, tier, limit, accounts: { ownerBusinessId } };
}
