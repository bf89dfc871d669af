import { Inject, Injectable } from '@nestjs/common';
import { IsNull, Not, Repository } from 'typeorm';
import { Facts, type FactsOfKind } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { ConflictError } from '../errors.js';
import type { GraphCredential } from '../graph/graph-credential.js';
import {
  ACCOUNTS_OPTIONS,
  type WhatsAppAccountOptions,
  type AccountsOptions,
  appSecretsOf,
} from './accounts.options.js';
import { BusinessAccountEntity } from './business-account.entity.js';
import { SecretCipher } from '../secret-cipher.js';

/** What is known of the app that an account is used by. */
export type AccountCredential = Pick<WhatsAppAccountOptions, 'accessToken' | 'appSecret'>;

/** The part of it that calls to Meta are made with. */
export const graphCredentialOf = (
  { accessToken, appSecret }: AccountCredential,
  businessAccountId?: string,
): GraphCredential => ({ accessToken, appSecret: appSecretsOf(appSecret)[0], businessAccountId });

/** Knows with which access token an account's calls to Meta are made: the options' one, else the stored one. */
@Injectable()
export class AccountCredentials {
  readonly #configured: ReadonlyMap<string, AccountCredential>;
  readonly #cipher: AccessTokenCipher;
  readonly #held: FactsOfKind<AccountCredential>;

  constructor(
    @Inject(ACCOUNTS_OPTIONS) options: AccountsOptions,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    facts: Facts,
  ) {
    this.#held = facts.kind();
    this.#cipher = new AccessTokenCipher(options.encryptionKeys);
    this.#configured = new Map(
      options.accounts.map(({ businessAccountId, accessToken, appSecret }) => [
        businessAccountId,
        { accessToken, appSecret },
      ]),
    );
  }

  /** @throws ConflictError `ACCESS_TOKEN_MISSING` when neither the options nor the database has one */
  async of(businessAccountId: string): Promise<GraphCredential> {
    const configured = this.#configured.get(businessAccountId);
    if (configured) return graphCredentialOf(configured, businessAccountId);
    const credential = await this.#held.get(businessAccountId, () => this.#read(businessAccountId));
    if (credential) return graphCredentialOf(credential, businessAccountId);
    throw new ConflictError(
      'ACCESS_TOKEN_MISSING',
      `Business account ${businessAccountId} has no access token. Give it in accounts of WhatsAppModule's options, ` +
        'or call AccountsService.add().',
    );
  }

  /**
   * The app secrets of every account that has any. One whose stored credential cannot be decrypted has none here; its calls to
   * Meta report why.
   */
  async appSecrets(): Promise<ReadonlyMap<string, readonly string[]>> {
    const stored = await this.accounts.find({
      where: { credentialEncrypted: Not(IsNull()) },
      select: { id: true, businessAccountId: true, credentialEncrypted: true },
    });
    const secrets = new Map<string, readonly string[]>();
    for (const { businessAccountId, credentialEncrypted } of stored) {
      const credential = this.#decryptIfPossible(credentialEncrypted ?? '', businessAccountId);
      if (credential) secrets.set(businessAccountId, appSecretsOf(credential.appSecret));
    }
    for (const [id, { appSecret }] of this.#configured) secrets.set(id, appSecretsOf(appSecret));
    return secrets;
  }

  /** Whether there is an access token at all. */
  async has(businessAccountId: string): Promise<boolean> {
    return this.isConfigured(businessAccountId) || (await this.#stored(businessAccountId)) !== null;
  }

  isConfigured(businessAccountId: string): boolean {
    return this.#configured.has(businessAccountId);
  }

  /** What to store of a credential. @throws ConfigurationError when no encryption key is configured */
  encrypt({ accessToken, appSecret }: AccountCredential, businessAccountId: string): string {
    return this.#cipher.encrypt(JSON.stringify({ accessToken, appSecret }), businessAccountId);
  }

  #decryptIfPossible(stored: string, businessAccountId: string): AccountCredential | undefined {
    try {
      return this.#decrypt(stored, businessAccountId);
    } catch {
      return undefined;
    }
  }

  #decrypt(stored: string, businessAccountId: string): AccountCredential {
    const credential: AccountCredential = JSON.parse(this.#cipher.decrypt(stored, businessAccountId));
    return credential;
  }

  async #read(businessAccountId: string): Promise<AccountCredential | undefined> {
    const stored = await this.#stored(businessAccountId);
    if (stored === null) return undefined;
    const credential = this.#decrypt(stored, businessAccountId);
    if (this.#cipher.isOutdated(stored)) await this.#encryptAnew(businessAccountId, stored, credential);
    return credential;
  }

  async #stored(businessAccountId: string): Promise<string | null> {
    const account = await this.accounts.findOne({
      where: { businessAccountId },
      select: { id: true, credentialEncrypted: true },
    });
    return account?.credentialEncrypted ?? null;
  }

  /** Only if no one has given another token meanwhile. */
  async #encryptAnew(businessAccountId: string, stored: string, credential: AccountCredential): Promise<void> {
    const credentialEncrypted = this.encrypt(credential, businessAccountId);
    await this.accounts.update({ businessAccountId, credentialEncrypted: stored }, { credentialEncrypted });
  }
}

/** Encrypts access tokens, each bound to its account by Meta's id of it. */
export class AccessTokenCipher extends SecretCipher {
  constructor(encryptionKeys: readonly string[]) {
    super(encryptionKeys, {
      aSecret: 'An access token',
      secretOf: (businessAccountId) => `access token of account ${businessAccountId}`,
      remedy: 'add the account again with its token',
    });
  }
}
