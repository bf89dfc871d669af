import { Inject, Injectable } from '@nestjs/common';
import { IsNull, Not, Repository } from 'typeorm';
import { Facts, type FactsOfKind } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { ConflictError } from '../errors.js';
import type { GraphCredential } from '../graph/graph-request.js';
import {
  ACCOUNTS_OPTIONS,
  type WhatsAppAccountOptions,
  type AccountsOptions,
  appSecretsOf,
} from './accounts.options.js';
import { BusinessAccountEntity } from './business-account.entity.js';
import { SecretCipher } from '../secret-cipher.js';
import { createHash } from 'node:crypto';

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

/** Milliseconds until an account that another process added, or gave another secret, is known here. */
const TRUSTED_FOR = 2_000;

/** Milliseconds between two reads that were asked for although the last one is still trusted: each decrypts every secret. */
const REREAD_AFTER = 1_000;

/** App secrets, each with Meta's ids of the accounts that it was given for. */
export type AccountsBySecret = ReadonlyMap<string, ReadonlySet<string>>;

/** Called when an account was added, or got another secret. */
export type AppSecretListener = (businessAccountId: string) => Promise<void>;

/** What a secret is recognised by later, without being kept. */
export const idOfSecret = (secret: string): string =>
  createHash('sha256').update(`whatsapp app secret ${secret}`).digest('hex');

/** Remembers for a moment which app secrets there are, for webhooks come many a second. */
@Injectable()
export class KnownAppSecrets {
  readonly #listeners: AppSecretListener[] = [];
  #known: Promise<AccountsBySecret> | undefined;
  #until = 0;
  #rereadAt = -Infinity;

  constructor(private readonly credentials: AccountCredentials) {}

  /** Every app secret of the options and of accounts added at run time. */
  list(): Promise<AccountsBySecret> {
    if (this.#known && performance.now() < this.#until) return this.#known;
    const read = this.#read();
    this.#known = read;
    this.#until = performance.now() + TRUSTED_FOR;
    // A failure is not remembered.
    read.catch(() => this.forget(read));
    return read;
  }

  /** Returns the same, read again unless that was just done: another process may have added an account. */
  listAnew(): Promise<AccountsBySecret> {
    if (performance.now() - this.#rereadAt >= REREAD_AFTER) {
      this.#rereadAt = performance.now();
      this.forget();
    }
    return this.list();
  }

  /** Has them read again: an account was added or removed. */
  forget(read: Promise<AccountsBySecret> | undefined = this.#known): void {
    if (this.#known === read) this.#known = undefined;
  }

  /** Rooms above that keep what they cannot attribute yet listen here. */
  onAccountAdded(listener: AppSecretListener): void {
    this.#listeners.push(listener);
  }

  /** An account was added, or got another secret, and its numbers are known. */
  async announce(businessAccountId: string): Promise<void> {
    this.forget();
    for (const listener of this.#listeners) await listener(businessAccountId);
  }

  async #read(): Promise<AccountsBySecret> {
    const accountsBySecret = new Map<string, Set<string>>();
    for (const [businessAccountId, secrets] of await this.credentials.appSecrets()) {
      for (const secret of secrets) {
        accountsBySecret.set(secret, (accountsBySecret.get(secret) ?? new Set()).add(businessAccountId));
      }
    }
    return accountsBySecret;
  }
}
