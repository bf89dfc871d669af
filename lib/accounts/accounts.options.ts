import type { AppSecret } from './app-secret.js';
import type { WorkspaceOptions } from './business-info.js';

/** One WhatsApp Business Account that the host configures. */
export interface AccountOptions {
  /** Meta's id of the WhatsApp Business Account (WABA). */
  readonly businessAccountId: string;
  /** A system user's access token; it stays in memory and is never stored. */
  readonly accessToken: string;
  /** Meta's ids of the phone numbers to use, the primary one first; all of the account's when left out. */
  readonly phoneNumberIds?: readonly string[] | undefined;
  /** The workspace that owns the account; `default` when left out. */
  readonly workspace?: string | undefined;
  /**
   * The app's secret: verifies its webhooks, for this account alone, and signs requests when `graph.appSecretProof` is on.
   * Of several the first signs and all verify: give the new one beside the old one while a secret is rotated, or when several
   * apps of yours are subscribed to the account.
   */
  readonly appSecret?: AppSecret | undefined;
}

export interface AccountsOptions {
  readonly accounts: readonly AccountOptions[];
  /** By name of the workspace. */
  readonly workspaces?: Readonly<Record<string, WorkspaceOptions>> | undefined;
  /** 32 bytes each, in base64; the first encrypts, all decrypt. */
  readonly encryptionKeys: readonly string[];
}

export const ACCOUNTS_OPTIONS = Symbol('ACCOUNTS_OPTIONS');
