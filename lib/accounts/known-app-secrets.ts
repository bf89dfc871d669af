import { Injectable } from '@nestjs/common';
import { AccountCredentials } from './account-credentials.js';

/** Milliseconds until an account that another process added, or gave another secret, is known here. */
const TRUSTED_FOR = 2_000;

/** App secrets, each with Meta's ids of the accounts that it was given for. */
export type AccountsBySecret = ReadonlyMap<string, ReadonlySet<string>>;

/** Remembers for a moment which app secrets there are, for webhooks come many a second. */
@Injectable()
export class KnownAppSecrets {
  #known: Promise<AccountsBySecret> | undefined;
  #until = 0;

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

  /** Has them read anew: an account was added or removed. */
  forget(read: Promise<AccountsBySecret> | undefined = this.#known): void {
    if (this.#known === read) this.#known = undefined;
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
