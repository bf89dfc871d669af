import { Injectable } from '@nestjs/common';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import type { ReceivedItem } from './webhook-item.js';

/** An app secret counts only for the accounts it was configured for, and for their phone numbers. */
@Injectable()
export class SignedItems {
  constructor(private readonly phoneNumbers: PhoneNumbers) {}

  /** Of a webhook's items those that whoever signed it may tell. */
  async of(items: readonly ReceivedItem[], accounts: ReadonlySet<string>): Promise<ReceivedItem[]> {
    const ids = new Set(items.flatMap((item) => ('phoneNumberId' in item ? [item.phoneNumberId] : [])));
    const accountOf = await this.phoneNumbers.accountsOf([...ids]);
    return items.filter((item) => {
      // Of this one nobody could tell whose it is, and nothing is applied.
      if (item.kind === 'unreadable' && item.businessAccountId === '') return true;
      const owner = 'phoneNumberId' in item ? accountOf.get(item.phoneNumberId) : undefined;
      return accounts.has(item.businessAccountId) && (owner ?? item.businessAccountId) === item.businessAccountId;
    });
  }
}
