import type { Ability } from './ability.js';

/** An API key as it may be shown: neither the key nor its hash. */
export interface ApiKey {
  readonly id: number;
  /** What people call it: `Production API Key`. */
  readonly name: string;
  /** Name of the workspace that the key belongs to. */
  readonly workspace: string;
  /** The key's prefix and the four characters after it. */
  readonly hint: string;
  readonly abilities: readonly Ability[];
  readonly createdAt: Date;
  /** Refused from this moment on; null is never. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
}

/** A new key, which is told this once: only its hash is kept. */
export interface NewApiKey {
  readonly key: string;
  readonly apiKey: ApiKey;
}

/** What a key that was accepted stands for. */
export interface VerifiedApiKey {
  readonly apiKeyId: number;
  readonly name: string;
  readonly workspace: string;
  readonly workspaceId: number;
  readonly abilities: readonly Ability[];
}
