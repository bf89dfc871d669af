import type { Ability } from './ability.js';

/** A key to make. */
export interface CreateApiKeyInput {
  /** What people call it, 1 to 255 characters: `Production API Key`. */
  readonly name: string;
  /** The workspace it belongs to, made if there is none; `default` when left out. */
  readonly workspace?: string;
  /** `['*']`, everything, when left out. */
  readonly abilities?: readonly Ability[];
  /** Refused from this moment on; never when left out. */
  readonly expiresAt?: Date | null;
  /** What the key begins with, 0 to 24 letters, digits, hyphens and underscores; the module's when left out. */
  readonly prefix?: string;
}

/** A key that the host already has, say from its environment. */
export interface RegisterApiKeyInput {
  /** 16 to 512 characters of visible ASCII. */
  readonly key: string;
  /** What people call it, 1 to 255 characters. */
  readonly name: string;
  /** The workspace it belongs to, made if there is none; `default` when left out. */
  readonly workspace?: string;
  /** `['*']`, everything, when left out. */
  readonly abilities?: readonly Ability[];
}

/** Keeps an operation on a key to one workspace. */
export interface ApiKeyScope {
  /** `default` when left out; another workspace's keys are not found. `*` is every workspace, for the host's own tools. */
  readonly workspace?: string;
}

export interface RotateApiKeyOptions extends ApiKeyScope {
  /** Milliseconds for which the old key goes on working, at most a year; a day when left out. */
  readonly graceTime?: number;
  /** When the new key expires, null for never; when the old one would have, when left out. */
  readonly expiresAt?: Date | null;
}
