import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NotFoundError, ValidationError } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import { DEFAULT_WORKSPACE, WorkspacesService } from './workspaces.service.js';
import { AccountCredentials } from './account-credentials.js';
import { AccountSync } from './account-sync.js';
import { AddedAccounts, type AddAccountInput } from './account-registry.js';
import { BusinessInfos } from './business-infos.js';
import type { BusinessInfo } from './business-info.js';
import { BusinessAccountEntity } from './business-account.entity.js';
import { PhoneNumberEntity } from './phone-number.entity.js';
import { type PhoneNumberOfAccount, PhoneNumbers } from './phone-numbers.js';
import { PrimaryPhoneNumbers } from './primary-phone-numbers.js';
import type { SendingPauseEntity } from './sending-pause.entity.js';
import { SendingPauses } from './sending-pauses.js';
import { visitAccounts } from './account-reads.js';

/** Names one account or number in the workspace that looks; `default` where none is given. */
export interface InWorkspace {
  readonly workspace?: string;
}

/** WhatsApp Business Accounts and their phone numbers. */
@Injectable()
export class AccountsService {
  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly workspaces: WorkspacesService,
    private readonly added: AddedAccounts,
    private readonly credentials: AccountCredentials,
    private readonly accountSync: AccountSync,
    private readonly numbers: PhoneNumbers,
    private readonly primaryPhoneNumbers: PrimaryPhoneNumbers,
    private readonly pauses: SendingPauses,
    private readonly graph: GraphApiClient,
    private readonly infos: BusinessInfos,
  ) {}

  /** The workspace's accounts, oldest first. */
  async list({ workspace }: InWorkspace = {}): Promise<BusinessAccountEntity[]> {
    const workspaceId = await this.workspaces.idOf(workspace);
    return this.accounts.find({ where: { workspaceId }, order: { id: 'ASC' } });
  }

  /**
   * One account, by Meta's id.
   * @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND`
   */
  async get(businessAccountId: string, { workspace }: InWorkspace = {}): Promise<BusinessAccountEntity> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const account = isIdentifier(businessAccountId, 64)
      ? await this.accounts.findOneBy({ businessAccountId, workspaceId })
      : null;
    if (account) return account;
    throw new NotFoundError('BUSINESS_ACCOUNT_NOT_FOUND', `There is no business account ${businessAccountId}.`);
  }

  /**
   * Adds an account at run time, or gives a known one a new token, and fetches its numbers from Meta.
   * Nothing is stored when Meta refuses the token or the account.
   * @throws ConflictError `ACCOUNT_CONFIGURED` when the options hold it, `ACCOUNT_TAKEN` when another workspace owns it
   * @throws ConfigurationError when no encryption key is configured
   * @throws MetaApiError, MetaUnreachableError
   */
  add(input: AddAccountInput): Promise<BusinessAccountEntity> {
    return this.added.add(input);
  }

  /**
   * Forgets an account that was added at run time, with its numbers and templates; its messages stay.
   * @throws ConflictError `ACCOUNT_CONFIGURED` when the options hold it
   */
  async remove(businessAccountId: string, where: InWorkspace = {}): Promise<void> {
    await this.added.remove(await this.get(businessAccountId, where));
  }

  /** Fetches the workspace's accounts and phone numbers from Meta now. @throws MetaApiError, MetaUnreachableError */
  async sync(where: InWorkspace = {}): Promise<void> {
    await visitAccounts(await this.list(where), (account) => this.accountSync.sync(account));
  }

  /** The workspace's phone numbers, oldest first. */
  async phoneNumbers({ workspace }: InWorkspace = {}): Promise<PhoneNumberEntity[]> {
    return this.numbers.list(await this.workspaces.idOf(workspace));
  }

  /**
   * One phone number, by Meta's id; the workspace's primary one when none is named.
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`, after Meta was asked for it too
   */
  async phoneNumber(phoneNumberId: string | undefined, { workspace }: InWorkspace = {}): Promise<PhoneNumberOfAccount> {
    return this.numbers.find(await this.workspaces.idOf(workspace), phoneNumberId);
  }

  /**
   * One phone number, by the id of its row.
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`
   */
  async phoneNumberByRow(id: number, { workspace }: InWorkspace = {}): Promise<PhoneNumberOfAccount> {
    return this.numbers.findByRow(await this.workspaces.idOf(workspace), id);
  }

  /** Makes a phone number the one that sends where none is named. */
  async makePrimary(phoneNumberId: string, { workspace }: InWorkspace = {}): Promise<PhoneNumberEntity> {
    const phoneNumber = await this.phoneNumber(phoneNumberId, { workspace });
    await this.primaryPhoneNumbers.choose(await this.workspaces.idOf(workspace), phoneNumber.id);
    return phoneNumber;
  }

  /** Row id of the workspace's primary phone number, null while it has none. */
  async primaryPhoneNumberId({ workspace }: InWorkspace = {}): Promise<number | null> {
    return this.primaryPhoneNumbers.idOf(await this.workspaces.idOf(workspace));
  }

  /**
   * Who the business behind the workspace is: what the option `workspaces` says, else Meta's business profile of its primary
   * number, asked for once an hour. While Meta cannot be reached, what is known.
   */
  businessInfo({ workspace = DEFAULT_WORKSPACE }: InWorkspace = {}): Promise<BusinessInfo> {
    return this.infos.of(workspace);
  }

  /** The workspace's numbers and accounts that send nothing at present, and why; the longest paused first. */
  async sendingPauses(where: InWorkspace = {}): Promise<SendingPauseEntity[]> {
    const pauses = await this.pauses.list();
    const accounts = new Set((await this.list(where)).map(({ businessAccountId }) => businessAccountId));
    const numbers = new Set((await this.phoneNumbers(where)).map(({ phoneNumberId }) => phoneNumberId));
    return pauses.filter(({ scope, subjectId }) => (scope === 'account' ? accounts : numbers).has(subjectId));
  }

  /**
   * Lets a number send again that is paused, itself or with its account: someone has seen to what Meta refused it for.
   * If Meta still refuses, it is paused again.
   * @returns whether anything was paused
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`
   */
  async resumeSending(phoneNumberId: string, where: InWorkspace = {}): Promise<boolean> {
    const { phoneNumberId: id, account } = await this.phoneNumber(phoneNumberId, where);
    const ofNumber = await this.pauses.resume('number', id);
    const ofAccount = await this.pauses.resume('account', account.businessAccountId);
    return ofNumber || ofAccount;
  }

  /**
   * Registers a phone number for the Cloud API with its six-digit two-step verification PIN.
   * Meta allows 10 tries per number in 72 hours.
   * @throws MetaApiError, MetaUnreachableError
   * @throws OutcomeUnknownError when Meta never answered
   */
  async registerPhoneNumber(phoneNumberId: string, pin: string, where: InWorkspace = {}): Promise<void> {
    if (!/^\d{6}$/.test(pin)) {
      throw new ValidationError([{ path: 'pin', message: 'is the number’s two-step verification PIN: six digits.' }]);
    }
    const { account } = await this.phoneNumber(phoneNumberId, where);
    const credential = await this.credentials.of(account.businessAccountId);
    await this.graph.post([phoneNumberId, 'register'], { credential, body: { messaging_product: 'whatsapp', pin } });
  }

  /**
   * Subscribes the app to the account's webhooks.
   * @param override Where to send this account's webhooks instead of the app's own callback URL
   */
  async subscribeApp(
    businessAccountId: string,
    { workspace, override }: InWorkspace & { override?: { callbackUrl: string; verifyToken: string } } = {},
  ): Promise<void> {
    const account = await this.get(businessAccountId, { workspace });
    await this.graph.post([account.businessAccountId, 'subscribed_apps'], {
      credential: await this.credentials.of(account.businessAccountId),
      body: override && { override_callback_uri: override.callbackUrl, verify_token: override.verifyToken },
    });
  }
}
