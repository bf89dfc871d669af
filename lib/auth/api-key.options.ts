import type { ValidationProblem } from '../errors.js';
import { checkNames, problem, refuse } from '../option-checks.js';
import { API_KEY_PREFIX } from './api-key.js';

/** Injects the resolved `WhatsAppApiKeyOptions`. */
export const API_KEY_OPTIONS = Symbol('API_KEY_OPTIONS');

/**
 * How API keys are made, cached and protected from guessing.
 *
 * @publicApi
 */
export interface WhatsAppApiKeyOptions {
  /** What new keys begin with, so that people and secret scanners know them: `whatsapp_` when left out. */
  readonly prefix: string;
  /**
   * Milliseconds for which a process remembers what it found of a key: a key revoked in another process is refused, and one
   * made there that was tried before is taken, after that long. 2,000 when left out; 0 looks every key up at every request.
   */
  readonly cacheTtl: number;
  /**
   * Different wrong keys that one address (of IPv6: one /64 network) may present in a minute before it gets 429; 60 when left
   * out, `false` for as many as it likes. Addresses are those of `request.ip`: behind a proxy, set `trust proxy`.
   */
  readonly wrongKeysPerMinute: number | false;
}

const NAMES: Record<keyof WhatsAppApiKeyOptions, true> = { prefix: true, cacheTtl: true, wrongKeysPerMinute: true };

const isFrom = (least: number, value: unknown): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

/** Everything that is wrong with the options. */
export function checkApiKeys(options: Partial<WhatsAppApiKeyOptions> = {}): ValidationProblem[] {
  const { prefix, cacheTtl, wrongKeysPerMinute: wrong }: { [Name in keyof WhatsAppApiKeyOptions]?: unknown } = options;
  return [
    ...checkNames<WhatsAppApiKeyOptions>('apiKeys', options, NAMES),
    ...(prefix === undefined || (typeof prefix === 'string' && API_KEY_PREFIX.test(prefix))
      ? []
      : [problem('apiKeys.prefix', 'must have 0 to 24 letters, digits, hyphens and underscores.')]),
    ...(cacheTtl === undefined || isFrom(0, cacheTtl)
      ? []
      : [problem('apiKeys.cacheTtl', 'must be a whole number of milliseconds, 0 or more.')]),
    ...(wrong === undefined || wrong === false || isFrom(1, wrong)
      ? []
      : [problem('apiKeys.wrongKeysPerMinute', 'must be a whole number from 1, or false for no limit.')]),
  ];
}

/**
 * Fills in the defaults.
 * @throws ConfigurationError when an option is not of its form
 */
export function resolveApiKeyOptions(options: Partial<WhatsAppApiKeyOptions> = {}): WhatsAppApiKeyOptions {
  refuse(checkApiKeys(options));
  const { prefix = 'whatsapp_', cacheTtl = 2_000, wrongKeysPerMinute = 60 } = options;
  return { prefix, cacheTtl, wrongKeysPerMinute };
}
