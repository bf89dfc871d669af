import { Inject, Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { ConflictError } from '../errors.js';
import type { GraphCredential } from '../graph/graph-credential.js';
import { AccessTokenCipher } from './access-token-cipher.js';
import { ACCOUNTS_OPTIONS, type AccountsOptions } from './accounts.options.js';
import { BusinessAccountEntity } from './business-account.entity.js';

/** Knows with which access token an account's calls to Meta are made: the options' one, else the stored one. */
@Injectable()
export class AccountCredentials {
  readonly #configured: ReadonlyMap<string, GraphCredential>;
  readonly #cipher: AccessTokenCipher;

  constructor(
    @Inject(ACCOUNTS_OPTIONS) options: AccountsOptions,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
  ) {
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
    if (configured) return configured;
    const stored = await this.#stored(businessAccountId);
    if (stored === null) {
      throw new ConflictError(
        'ACCESS_TOKEN_MISSING',
        `Business account ${businessAccountId} has no access token. Give it in accounts of WhatsAppModule's options, ` +
          'or call AccountsService.add().',
      );
    }
    const credential = this.#decrypt(stored, businessAccountId);
    if (this.#cipher.isOutdated(stored)) await this.#encryptAnew(businessAccountId, stored, credential);
    return credential;
  }

  /** Whether there is an access token at all. */
  async has(businessAccountId: string): Promise<boolean> {
    return this.isConfigured(businessAccountId) || (await this.#stored(businessAccountId)) !== null;
  }

  isConfigured(businessAccountId: string): boolean {
    return this.#configured.has(businessAccountId);
  }

  /** What to store of a credential. @throws ConfigurationError when no encryption key is configured */
  encrypt({ accessToken, appSecret }: GraphCredential, businessAccountId: string): string {
    return this.#cipher.encrypt(JSON.stringify({ accessToken, appSecret }), businessAccountId);
  }

  #decrypt(stored: string, businessAccountId: string): GraphCredential {
    const credential: GraphCredential = JSON.parse(this.#cipher.decrypt(stored, businessAccountId));
    return credential;
  }

  async #stored(businessAccountId: string): Promise<string | null> {
    const account = await this.accounts.findOne({
      where: { businessAccountId },
      select: { id: true, credentialEncrypted: true },
    });
    return account?.credentialEncrypted ?? null;
  }

  /** Only if nobody has given another token meanwhile. */
  async #encryptAnew(businessAccountId: string, stored: string, credential: GraphCredential): Promise<void> {
    const credentialEncrypted = this.encrypt(credential, businessAccountId);
    await this.accounts.update({ businessAccountId, credentialEncrypted: stored }, { credentialEncrypted });
  }
}
