import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, IsNull, Repository } from 'typeorm';
import { Facts, type FactsOfKind } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NotFoundError } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { MetaLookups } from '../graph/meta-lookups.js';
import { AccountCredentials } from './account-credentials.js';
import { AccountSync } from './account-sync.js';
import { BusinessAccountEntity } from './business-account.entity.js';
import { PhoneNumberEntity } from './phone-number.entity.js';
import { PrimaryPhoneNumbers } from './primary-phone-numbers.js';
import { isRowId } from '../identifier.js';

/** A number together with the account it belongs to. */
export type PhoneNumberOfAccount = PhoneNumberEntity & { readonly account: BusinessAccountEntity };

/** Finds phone numbers of a workspace; one that is unknown is looked up at Meta once. */
@Injectable()
export class PhoneNumbers {
  readonly #lookups = new MetaLookups();
  /** By Meta's ids, also those that are removed. */
  readonly #numbers: FactsOfKind<PhoneNumberOfAccount>;
  /** By row ids of workspaces. */
  readonly #primary: FactsOfKind<PhoneNumberOfAccount>;

  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly primaryPhoneNumbers: PrimaryPhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly accountSync: AccountSync,
    facts: Facts,
  ) {
    this.#numbers = facts.kind();
    this.#primary = facts.kind();
  }

  /** Oldest first. */
  async list(workspaceId: number): Promise<PhoneNumberOfAccount[]> {
    const listed = await this.phoneNumbers.find({
      where: { account: { workspaceId }, removedAt: IsNull() },
      relations: { account: true },
      order: { id: 'ASC' },
    });
    return listed.filter(hasAccount);
  }

  /** A number by Meta's id, as it was a second ago at the latest; also one that was removed. */
  async known(phoneNumberId: string): Promise<PhoneNumberOfAccount | undefined> {
    if (!isIdentifier(phoneNumberId, 64)) return undefined;
    return this.#numbers.get(phoneNumberId, () => this.#read({ phoneNumberId }));
  }

  /**
   * @param phoneNumberId Meta's id; the workspace's primary number when undefined
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`
   */
  async find(workspaceId: number, phoneNumberId: string | undefined): Promise<PhoneNumberOfAccount> {
    const known =
      phoneNumberId === undefined
        ? await this.#primary.get(String(workspaceId), () => this.#stored(workspaceId, undefined))
        : await this.known(phoneNumberId);
    if (known && isOf(workspaceId, known)) return known;
    if (phoneNumberId === undefined || isIdentifier(phoneNumberId, 64)) await this.#askMeta(workspaceId);
    const found = await this.#stored(workspaceId, phoneNumberId);
    if (found) return found;
    throw new NotFoundError(
      'PHONE_NUMBER_NOT_FOUND',
      phoneNumberId === undefined
        ? 'The workspace has no phone number to send from.'
        : `There is no phone number ${phoneNumberId}; give Meta’s id of the number, not the number itself.`,
    );
  }

  /**
   * @param id its row's
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`
   */
  async findByRow(workspaceId: number, id: number): Promise<PhoneNumberOfAccount> {
    const found = isRowId(id) ? await this.#read({ id, removedAt: IsNull(), account: { workspaceId } }) : undefined;
    if (found) return found;
    throw new NotFoundError('PHONE_NUMBER_NOT_FOUND', `Phone number ${id} not found.`);
  }

  /** Lists the numbers of every account that can be asked. @throws the first failure when none could */
  async #askMeta(workspaceId: number): Promise<void> {
    const failures: unknown[] = [];
    let answers = 0;
    for (const account of await this.accounts.findBy({ workspaceId })) {
      if (!(await this.credentials.has(account.businessAccountId))) continue;
      try {
        await this.#lookups.once(account.businessAccountId, () => this.accountSync.syncPhoneNumbers(account));
        answers += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    if (answers === 0 && failures.length > 0) throw failures[0];
  }

  async #stored(workspaceId: number, phoneNumberId: string | undefined): Promise<PhoneNumberOfAccount | undefined> {
    const which = await this.#which(workspaceId, phoneNumberId);
    return which && this.#read({ ...which, removedAt: IsNull(), account: { workspaceId } });
  }

  async #which(workspaceId: number, phoneNumberId: string | undefined) {
    if (phoneNumberId !== undefined) return isIdentifier(phoneNumberId, 64) ? { phoneNumberId } : undefined;
    const id = await this.primaryPhoneNumbers.idOf(workspaceId);
    return id === null ? undefined : { id };
  }

  async #read(where: FindOptionsWhere<PhoneNumberEntity>): Promise<PhoneNumberOfAccount | undefined> {
    // Not `findOne`, which asks twice where there is a relation.
    const [phoneNumber] = await this.phoneNumbers.find({ where, relations: { account: true } });
    return phoneNumber && hasAccount(phoneNumber) ? phoneNumber : undefined;
  }
}

const isOf = (workspaceId: number, { removedAt, account }: PhoneNumberOfAccount): boolean =>
  removedAt === null && account.workspaceId === workspaceId;

export const hasAccount = (phoneNumber: PhoneNumberEntity): phoneNumber is PhoneNumberOfAccount =>
  phoneNumber.account !== undefined;
