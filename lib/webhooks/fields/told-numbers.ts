import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThanOrEqual, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { retryOnDeadlock } from '../../store/retry-on-deadlock.js';
import { type AccountChange, reportedUntil } from './field-update.js';
import { MetaRefetches } from './meta-refetches.js';

type NumberNews = Partial<
  Pick<PhoneNumberEntity, 'messagingLimit' | 'throughputLevel' | 'verifiedName' | 'nameStatus'>
>;

/** Writes down what webhooks tell of phone numbers, in whatever order they come. */
@Injectable()
export class ToldNumbers {
  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly refetches: MetaRefetches,
  ) {}

  /** Of one number, which these webhooks know by the number itself. */
  async apply(change: AccountChange, displayPhoneNumber: string, news: NumberNews): Promise<void> {
    const digits = digitsOf(displayPhoneNumber);
    const own = await this.phoneNumbers.findBy({ accountId: change.account.id, removedAt: IsNull() });
    const numbers = own.filter((number) => digitsOf(number.displayPhoneNumber ?? '') === digits);
    if (numbers.length === 0) this.refetches.phoneNumbers(change.account);
    await this.#tell(change, numbers, news);
  }

  /** Of all numbers of the business portfolio, which share their messaging limit. */
  async applyToPortfolio(change: AccountChange, news: NumberNews): Promise<void> {
    const { id, ownerBusinessId } = change.account;
    const owned = ownerBusinessId === null ? [] : await this.accounts.findBy({ ownerBusinessId });
    const accountId = In([...new Set([id, ...owned.map((account) => account.id)])]);
    await this.#tell(change, await this.phoneNumbers.findBy({ accountId, removedAt: IsNull() }), news);
  }

  /** What was told later, or fetched since, stays; then, and of what happened within the same second, Meta is asked. */
  async #tell(change: AccountChange, numbers: readonly PhoneNumberEntity[], news: NumberNews): Promise<void> {
    const until = reportedUntil(change);
    const isOpen = ({ syncedAt }: PhoneNumberEntity) => !syncedAt || syncedAt.getTime() > until.getTime() - 1_000;
    const open = new Set(numbers.filter(isOpen).map(({ accountId }) => accountId));
    if (open.size > 0) {
      for (const account of await this.accounts.findBy({ id: In([...open]) })) this.refetches.phoneNumbers(account);
    }
    for (const { id } of numbers) {
      const known = { id, syncedAt: LessThanOrEqual(until) };
      await retryOnDeadlock(() =>
        this.phoneNumbers.update(known, { ...news, syncedAt: new Date(until.getTime() - 999) }),
      );
    }
  }
}

const digitsOf = (phone: string): string => phone.replaceAll(/\D/g, '');
