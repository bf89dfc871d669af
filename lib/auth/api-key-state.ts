import { ConflictError } from '../errors.js';
import type { ApiKey } from './api-key.js';

export function isExpired({ expiresAt }: Pick<ApiKey, 'expiresAt'>): boolean {
  return expiresAt !== null && expiresAt.getTime() <= Date.now();
}

/** @throws ConflictError `API_KEY_REVOKED` or `API_KEY_EXPIRED` when the key is no longer accepted */
export function assertInForce(apiKey: ApiKey): void {
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
