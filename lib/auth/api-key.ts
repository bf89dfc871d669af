import { createHash, randomBytes } from 'node:crypto';
import type { ApiKeyAbility } from './ability.js';
import { ConflictError } from '../errors.js';

/** What a key may begin with. */
export const API_KEY_PREFIX = /^[A-Za-z0-9_-]{0,24}$/;

/** What a key can look like at all: visible ASCII, which every HTTP client sends as it is; no shorter than 16. */
export const API_KEY_FORM = /^[\x21-\x7e]{16,512}$/;

const HINT_LENGTH = 4;

/** A key no one has yet: the prefix and 32 random bytes as base64url. */
export function newApiKey(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** Hex SHA-256. A slow hash would add nothing: a key is random, not a password that could be guessed. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** What may be shown of a key: its prefix and the four characters after it. */
export function hintOf(key: string, prefix: string): string {
  return key.slice(0, prefix.length + HINT_LENGTH);
}

/** The prefix of the key with that hint. */
export function prefixOf(hint: string): string {
  return hint.slice(0, -HINT_LENGTH);
}

/** The module's prefix where a key that came from elsewhere has it and hides enough behind it; else none. */
export function prefixIn(key: string, prefix: string): string {
  return key.startsWith(prefix) && key.length - prefix.length >= 32 ? prefix : '';
}

/**
 * An API key as it may be shown: neither the key nor its hash.
 *
 * @publicApi
 */
export interface WhatsAppApiKey {
  /** Row id, by which a key is revoked and rotated. */
  readonly id: number;
  /** What people call it: `Production API Key`. */
  readonly name: string;
  /** Name of the workspace that the key belongs to. */
  readonly workspace: string;
  /** The key's prefix and the four characters after it. */
  readonly hint: string;
  /** What the key may do; `*` is everything. */
  readonly abilities: readonly ApiKeyAbility[];
  /** When it was created or registered. */
  readonly createdAt: Date;
  /** Refused from this moment on; null is never. */
  readonly expiresAt: Date | null;
  /** When it was revoked; null while it is in force. */
  readonly revokedAt: Date | null;
  /** To the minute. */
  readonly lastUsedAt: Date | null;
}

/**
 * A new key, shown this once: only its hash is kept.
 *
 * @publicApi
 */
export interface NewApiKey {
  /** The key itself, as clients send it. */
  readonly key: string;
  /** What is kept of it. */
  readonly apiKey: WhatsAppApiKey;
}

/**
 * What an accepted key is for.
 *
 * @publicApi
 */
export interface VerifiedApiKey {
  /** Row id of the key. */
  readonly apiKeyId: number;
  /** What people call it. */
  readonly name: string;
  /** Name of the workspace that the key belongs to. */
  readonly workspace: string;
  /** Row id of that workspace. */
  readonly workspaceId: number;
  /** What the key may do; `*` is everything. */
  readonly abilities: readonly ApiKeyAbility[];
}

export function isExpired({ expiresAt }: Pick<WhatsAppApiKey, 'expiresAt'>): boolean {
  return expiresAt !== null && expiresAt.getTime() <= Date.now();
}

/** @throws ConflictError `API_KEY_REVOKED` or `API_KEY_EXPIRED` when the key is no longer accepted */
export function assertInForce(apiKey: WhatsAppApiKey): void {
  const { id, name, revokedAt, expiresAt } = apiKey;
  if (revokedAt) {
    const message = `API key ${id} ("${name}") was revoked on ${revokedAt.toISOString()} and stays so: create a new one.`;
    throw new ConflictError('API_KEY_REVOKED', message);
  }
  if (expiresAt && isExpired(apiKey)) {
    const message = `API key ${id} ("${name}") expired on ${expiresAt.toISOString()}: create a new one.`;
    throw new ConflictError('API_KEY_EXPIRED', message);
  }
}

/**
 * A key to make.
 *
 * @publicApi
 */
export interface CreateApiKeyInput {
  /** What people call it, 1 to 255 characters: `Production API Key`. */
  readonly name: string;
  /** The workspace it belongs to, made if there is none; `default` when left out. */
  readonly workspace?: string;
  /** `['*']`, everything, when left out. */
  readonly abilities?: readonly ApiKeyAbility[];
  /** Refused from this moment on; never when left out. */
  readonly expiresAt?: Date | null;
  /** What the key begins with, 0 to 24 letters, digits, hyphens and underscores; the module's when left out. */
  readonly prefix?: string;
}

/**
 * A key that the host already has, say from its environment.
 *
 * @publicApi
 */
export interface RegisterApiKeyInput {
  /** 16 to 512 characters of visible ASCII. */
  readonly key: string;
  /** What people call it, 1 to 255 characters. */
  readonly name: string;
  /** The workspace it belongs to, made if there is none; `default` when left out. */
  readonly workspace?: string;
  /** `['*']`, everything, when left out. */
  readonly abilities?: readonly ApiKeyAbility[];
}

/**
 * Keeps an operation on a key to one workspace.
 *
 * @publicApi
 */
export interface ApiKeyScope {
  /** `default` when left out; another workspace's keys are not found. `*` is every workspace, for the host's own tools. */
  readonly workspace?: string;
}

/**
 * How a key is replaced by another.
 *
 * @publicApi
 */
export interface RotateApiKeyOptions extends ApiKeyScope {
  /** Milliseconds for which the old key goes on working, at most a year; a day when left out. */
  readonly graceTime?: number;
  /** When the new key expires, null for never; when the old one would have, when left out. */
  readonly expiresAt?: Date | null;
}
