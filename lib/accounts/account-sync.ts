import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { In, IsNull, MoreThan, Not, Repository } from 'typeorm';
import { Facts } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphPhoneNumber } from '../graph/graph-api.types.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { AccountCredentials } from './account-credentials.js';
import { ACCOUNTS_OPTIONS, type AccountsOptions } from './accounts.options.js';
import { BusinessAccountEntity } from './business-account.entity.js';
import { listPhoneNumbers, marketingNewsOf, readBusinessAccount } from './account-reads.js';
import { PhoneNumberEntity } from './phone-number.entity.js';
import { PrimaryPhoneNumbers } from './primary-phone-numbers.js';

/** Fetches an account and its phone numbers from Meta and stores what Meta says. */
@Injectable()
export class AccountSync {
  constructor(
    @Inject(ACCOUNTS_OPTIONS) private readonly options: AccountsOptions,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly primaryPhoneNumbers: PrimaryPhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
    private readonly facts: Facts,
  ) {}

  /** @param signal gives the fetch up, when the app ends */
  async sync(account: BusinessAccountEntity, signal?: AbortSignal): Promise<void> {
    const credential = await this.credentials.of(account.businessAccountId);
    const fetched = await readBusinessAccount(this.graph, account.businessAccountId, { credential, signal });
    const news = {
      name: fetched.name ?? account.name,
      ownerBusinessId: fetched.owner_business_info?.id ?? account.ownerBusinessId,
      ownerBusinessName: fetched.owner_business_info?.name ?? account.ownerBusinessName,
      ...marketingNewsOf(fetched),
    };
    await this.facts.write(this.accounts.createQueryBuilder().update().set(news).where({ id: account.id }));
    await this.syncPhoneNumbers(account, signal);
    await this.accounts.update(account.id, { syncedAt: new Date() });
  }

  async syncPhoneNumbers(account: BusinessAccountEntity, signal?: AbortSignal): Promise<void> {
    const credential = await this.credentials.of(account.businessAccountId);
    const wanted = this.#wantedPhoneNumberIds(account);
    const listedAt = await this.#listingTime(account);
    const all = await listPhoneNumbers(this.graph, account.businessAccountId, { credential, signal });
    const listed = wanted ? all.filter(({ id }) => wanted.includes(id)) : all;
    await this.#store(account, listed, listedAt);
    await this.#markRemoved(account, listed, all);
    const first = wanted?.find((id) => listed.some((phoneNumber) => phoneNumber.id === id)) ?? listed[0]?.id;
    await this.primaryPhoneNumbers.fallBackTo(account.workspaceId, first);
  }

  /** The numbers that the options restrict an account to, if they do. */
  #wantedPhoneNumberIds({ businessAccountId }: BusinessAccountEntity): readonly string[] | undefined {
    const configured = this.options.accounts.find((account) => account.businessAccountId === businessAccountId);
    return configured?.phoneNumberIds?.length ? configured.phoneNumberIds : undefined;
  }

  /** The moment that a listing begins at: after all that is known by now, though Meta's clock be ahead of this one. */
  async #listingTime({ id: accountId }: BusinessAccountEntity): Promise<Date> {
    const now = new Date();
    const newest = await this.phoneNumbers.findOne({
      select: { id: true, syncedAt: true },
      where: { accountId, syncedAt: MoreThan(now) },
      order: { syncedAt: 'DESC' },
    });
    return newest?.syncedAt ?? now;
  }

  /** What webhooks reported since the listing began is newer, and stays. */
  async #store({ id: accountId }: BusinessAccountEntity, listed: readonly GraphPhoneNumber[], syncedAt: Date) {
    for (const phoneNumber of listed) {
      const columns = { ...toColumns(phoneNumber), syncedAt };
      const upsert = this.phoneNumbers
        .createQueryBuilder()
        .insert()
        .values({ ...columns, accountId, removedAt: null, createdAt: new Date() })
        .orUpdate(['account_id', 'removed_at'], ['phone_number_id'])
        .updateEntity(false);
      const update = this.phoneNumbers
        .createQueryBuilder()
        .update()
        .set(columns)
        .where('phone_number_id = :id', { id: phoneNumber.id })
        .andWhere('(synced_at IS NULL OR synced_at <= :listedAt)', { listedAt: syncedAt.getTime() });
      await this.facts.write(upsert, update);
    }
  }

  async #markRemoved(
    { id: accountId, businessAccountId }: BusinessAccountEntity,
    kept: readonly GraphPhoneNumber[],
    all: readonly GraphPhoneNumber[],
  ): Promise<void> {
    const ids = kept.map(({ id }) => id);
    const gone = { accountId, removedAt: IsNull(), ...(ids.length > 0 && { phoneNumberId: Not(In(ids)) }) };
    for (const { id, phoneNumberId } of await this.phoneNumbers.findBy(gone)) {
      // Unless another account has it by now.
      const removed = this.phoneNumbers.createQueryBuilder().update().set({ removedAt: new Date() });
      await this.facts.write(removed.where({ id, accountId }));
      if (all.some((phoneNumber) => phoneNumber.id === phoneNumberId)) continue; // the options leave it out
      this.logger.warn(`Meta does not list phone number ${phoneNumberId} under account ${businessAccountId}.`);
    }
  }
}

function toColumns(phoneNumber: GraphPhoneNumber) {
  return {
    phoneNumberId: phoneNumber.id,
    displayPhoneNumber: phoneNumber.display_phone_number ?? null,
    verifiedName: phoneNumber.verified_name ?? null,
    qualityRating: phoneNumber.quality_rating ?? null,
    throughputLevel: phoneNumber.throughput?.level ?? null,
    messagingLimit: phoneNumber.whatsapp_business_manager_messaging_limit ?? phoneNumber.messaging_limit_tier ?? null,
    status: phoneNumber.status ?? null,
    codeVerificationStatus: phoneNumber.code_verification_status ?? null,
    nameStatus: phoneNumber.name_status ?? null,
    isOnBizApp: phoneNumber.is_on_biz_app ?? false,
  };
}
