import { createHash, randomBytes } from 'node:crypto';

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
