import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccountCredentials } from './account-credentials.js';

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
