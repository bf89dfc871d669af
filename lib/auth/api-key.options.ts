import { ConfigurationError } from '../errors.js';
import { API_KEY_PREFIX } from './api-key-secret.js';

/** Injects the resolved `ApiKeyOptions`. */
export const API_KEY_OPTIONS = Symbol('API_KEY_OPTIONS');

export interface ApiKeyOptions {
  /** What new keys begin with, so that people and secret scanners know them: `whatsapp_` when left out. */
  readonly prefix: string;
  /**
   * Milliseconds for which a process may go on trusting a key that it has looked up: a key revoked in another process
   * is refused after that long. 2,000 when left out; 0 looks every key up at every request.
   */
  readonly cacheTtl: number;
}

/**
 * Fills in the defaults.
 * @throws ConfigurationError when an option is not of its form
 */
export function resolveApiKeyOptions(options: Partial<ApiKeyOptions> = {}): ApiKeyOptions {
  const { prefix = 'whatsapp_', cacheTtl = 2_000 } = options;
  if (!API_KEY_PREFIX.test(prefix)) {
    throw new ConfigurationError(
      'apiKeys.prefix is no prefix for keys: write 0 to 24 letters, digits, hyphens and underscores.',
    );
  }
  if (!Number.isSafeInteger(cacheTtl) || cacheTtl < 0) {
    throw new ConfigurationError('apiKeys.cacheTtl must be a whole number of milliseconds, 0 or more.');
  }
  return { prefix, cacheTtl };
}
