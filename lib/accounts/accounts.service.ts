import { Injectable } from '@nestjs/common';
import { ValidationError } from '../errors.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import { AccountCredentials } from './account-credentials.js';
import { AddedAccounts, type AddAccountInput } from './account-registry.js';
import { visitAccounts } from './account-reads.js';
import { AccountSync } from './account-sync.js';
import {
  viewOfAccount,
  viewOfMarketing,
  viewOfPause,
  viewOfPhoneNumber,
  type WhatsAppAccount,
  type WhatsAppAccountMarketing,
  type WhatsAppPhoneNumber,
  type WhatsAppSendingPause,
} from './account.view.js';
import { BusinessAccounts } from './business-accounts.js';
import { BusinessInfos } from './business-infos.js';
import type { WhatsAppBusinessInfo } from './business-info.js';
import { MarketingOnboarding } from './marketing-onboarding.js';
import { PhoneNumbers } from './phone-numbers.js';
import { PrimaryPhoneNumbers } from './primary-phone-numbers.js';
import { SendingPauses } from './sending-pauses.js';
import { DEFAULT_WORKSPACE, type InWorkspace, WorkspacesService } from './workspaces.service.js';

/**
 * WhatsApp Business Accounts and their phone numbers.
 *
 * @publicApi
 */
@Injectable()
export class AccountsService {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly accounts: BusinessAccounts,
    private readonly added: AddedAccounts,
    private readonly credentials: AccountCredentials,
    private readonly accountSync: AccountSync,
    private readonly numbers: PhoneNumbers,
    private readonly primaryPhoneNumbers: PrimaryPhoneNumbers,
    private readonly pauses: SendingPauses,
    private readonly graph: GraphApiClient,
    private readonly infos: BusinessInfos,
    private readonly onboarding: MarketingOnboarding,
  ) {}

  /** Returns the workspace's accounts, oldest first. @throws NotFoundError `WORKSPACE_NOT_FOUND` */
  async list(where: InWorkspace = {}): Promise<WhatsAppAccount[]> {
    return (await this.accounts.list(where)).map(viewOfAccount);
  }

  /**
   * Returns one account, by Meta's id.
   * @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND`
   */
  async get(businessAccountId: string, where: InWorkspace = {}): Promise<WhatsAppAccount> {
    return viewOfAccount(await this.accounts.find(businessAccountId, where));
  }

  /**
   * Adds an account at run time, or gives a known one a new token, and fetches its numbers from Meta.
   * Nothing is stored when Meta refuses the token or the account.
   * @throws ValidationError with everything that is wrong with the input
   * @throws ConflictError `ACCOUNT_CONFIGURED` when the options hold it, `ACCOUNT_TAKEN` when another workspace owns it
   * @throws ConfigurationError when no encryption key is configured
   * @throws MetaApiError, MetaUnreachableError
   */
  async add(input: AddAccountInput): Promise<WhatsAppAccount> {
    return viewOfAccount(await this.added.add(input));
  }

  /**
   * Removes an account that was added at run time, with its numbers and templates; its messages stay.
   * @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND`
   * @throws ConflictError `ACCOUNT_CONFIGURED` when the options hold it
   */
  async remove(businessAccountId: string, where: InWorkspace = {}): Promise<void> {
    await this.added.remove(await this.accounts.find(businessAccountId, where));
  }

  /** Fetches the workspace's accounts and phone numbers from Meta now. @throws MetaApiError, MetaUnreachableError */
  async sync(where: InWorkspace = {}): Promise<void> {
    await visitAccounts(await this.accounts.list(where), (account) => this.accountSync.sync(account));
  }

  /**
   * Asks Meta how far an account has joined the Marketing Messages API, and stores the answer: the next marketing message of every process
   * goes by it. Done anyway every few hours, when a webhook reports it, and when Meta refuses a message for it.
   * @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError
   */
  async readMarketing(businessAccountId: string, where: InWorkspace = {}): Promise<WhatsAppAccountMarketing> {
    await this.onboarding.read(await this.accounts.find(businessAccountId, where));
    return viewOfMarketing(await this.accounts.find(businessAccountId, where));
  }

  /**
   * Has Meta refuse the account's marketing templates on the Cloud API, or take them there again. While they are refused there, none of them
   * goes out before the account has joined the Marketing Messages API.
   * @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND`
   * @throws ValidationError when `isOff` is no boolean
   * @throws MetaApiError, MetaUnreachableError, OutcomeUnknownError
   */
  async switchMarketingOffOnCloudApi(
    businessAccountId: string,
    isOff: boolean,
    where: InWorkspace = {},
  ): Promise<WhatsAppAccountMarketing> {
    if (typeof isOff !== 'boolean') {
      throw new ValidationError([{ path: 'isOff', message: 'must be true or false.' }]);
    }
    await this.onboarding.switchCloudApi(await this.accounts.find(businessAccountId, where), isOff);
    return viewOfMarketing(await this.accounts.find(businessAccountId, where));
  }

  /** Returns the workspace's phone numbers, oldest first. @throws NotFoundError `WORKSPACE_NOT_FOUND` */
  async phoneNumbers({ workspace }: InWorkspace = {}): Promise<WhatsAppPhoneNumber[]> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const primaryId = await this.primaryPhoneNumbers.idOf(workspaceId);
    return (await this.numbers.list(workspaceId)).map((number) => viewOfPhoneNumber(number, primaryId));
  }

  /**
   * Returns one phone number, by Meta's id; the workspace's primary one when none is named.
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`, after Meta was asked for it too
   */
  async phoneNumber(phoneNumberId: string | undefined, { workspace }: InWorkspace = {}): Promise<WhatsAppPhoneNumber> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const number = await this.numbers.find(workspaceId, phoneNumberId);
    return viewOfPhoneNumber(number, await this.primaryPhoneNumbers.idOf(workspaceId));
  }

  /**
   * Makes a phone number the one that sends where none is named.
   * @param phoneNumberId Meta's id
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`
   */
  async makePrimary(phoneNumberId: string, { workspace }: InWorkspace = {}): Promise<WhatsAppPhoneNumber> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const number = await this.numbers.find(workspaceId, phoneNumberId);
    await this.primaryPhoneNumbers.choose(workspaceId, number.id);
    return viewOfPhoneNumber(number, number.id);
  }

  /**
   * Returns the profile of the business behind the workspace: what the option `workspaces` says, else Meta's business profile of its primary
   * number, asked for once an hour. While Meta cannot be reached, what is known.
   */
  businessInfo({ workspace = DEFAULT_WORKSPACE }: InWorkspace = {}): Promise<WhatsAppBusinessInfo> {
    return this.infos.of(workspace);
  }

  /** Returns the workspace's numbers and accounts that send nothing at present, and why; the longest paused first. */
  async sendingPauses(where: InWorkspace = {}): Promise<WhatsAppSendingPause[]> {
    const pauses = await this.pauses.list();
    const accounts = new Set((await this.accounts.list(where)).map(({ businessAccountId }) => businessAccountId));
    const numbers = new Set((await this.phoneNumbers(where)).map(({ phoneNumberId }) => phoneNumberId));
    const own = pauses.filter(({ scope, subjectId }) => (scope === 'account' ? accounts : numbers).has(subjectId));
    return own.map(viewOfPause);
  }

  /**
   * Lets a number send again that is paused, itself or with its account, once the reason for Meta's refusals is mended.
   * If Meta still refuses, it is paused again.
   * @returns whether anything was paused
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`
   */
  async resumeSending(phoneNumberId: string, where: InWorkspace = {}): Promise<boolean> {
    const { phoneNumberId: id, businessAccountId } = await this.phoneNumber(phoneNumberId, where);
    const ofNumber = await this.pauses.resume('number', id);
    const ofAccount = await this.pauses.resume('account', businessAccountId);
    return ofNumber || ofAccount;
  }

  /**
   * Registers a phone number for the Cloud API with its six-digit two-step verification PIN.
   * Meta allows 10 tries per number in 72 hours.
   * @throws ValidationError when the PIN is not six digits, NotFoundError `PHONE_NUMBER_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError
   * @throws OutcomeUnknownError when Meta never answered
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/registration
   */
  async registerPhoneNumber(phoneNumberId: string, pin: string, where: InWorkspace = {}): Promise<void> {
    if (!/^\d{6}$/.test(pin)) {
      throw new ValidationError([{ path: 'pin', message: 'is the number’s two-step verification PIN: six digits.' }]);
    }
    const { businessAccountId } = await this.phoneNumber(phoneNumberId, where);
    const credential = await this.credentials.of(businessAccountId);
    await this.graph.post([phoneNumberId, 'register'], { credential, body: { messaging_product: 'whatsapp', pin } });
  }

  /**
   * Subscribes the app to the account's webhooks.
   * @param override where to send this account's webhooks instead of the app's own callback URL
   * @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError, OutcomeUnknownError
   */
  async subscribeApp(
    businessAccountId: string,
    { workspace, override }: InWorkspace & { override?: { callbackUrl: string; verifyToken: string } } = {},
  ): Promise<void> {
    const account = await this.accounts.find(businessAccountId, { workspace });
    await this.graph.post([account.businessAccountId, 'subscribed_apps'], {
      credential: await this.credentials.of(account.businessAccountId),
      body: override && { override_callback_uri: override.callbackUrl, verify_token: override.verifyToken },
    });
  }
}
