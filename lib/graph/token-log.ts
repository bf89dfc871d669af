import type { LoggerService } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type GraphCredential, isBadToken } from './graph-request.js';
import { MetaApiError } from './meta-api.error.js';

/** Milliseconds for which the same refusal is not logged again. */
const QUIET_FOR = 10 * 60_000;

/** Logs that Meta refused an access token, or a call that it lacks a permission for, with what to do about it. */
export class TokenLog {
  readonly #logged = new LRUCache<string, true>({ max: 1_000, ttl: QUIET_FOR });

  constructor(private readonly logger: LoggerService) {}

  note({ businessAccountId }: GraphCredential, error: unknown): void {
    if (!isAboutTheToken(error)) return;
    const key = `${businessAccountId} ${error.metaCode}`;
    if (this.#logged.has(key)) return;
    this.#logged.set(key, true);
    const account = businessAccountId === undefined ? '' : ` of business account ${businessAccountId}`;
    const [what, advice] = isBadToken(error.metaCode)
      ? [`Meta refused the access token${account}`, NEW_TOKEN]
      : [`The access token${account} lacks a permission`, PERMISSIONS];
    this.logger.error(`${what}: ${error.message} (${error.meaning}) What to do: ${advice}`);
  }
}

/** Whether Meta refused a call for its access token; `TokenLog` has then logged it. */
export const isAboutTheToken = (error: unknown): error is MetaApiError =>
  error instanceof MetaApiError && error.reaction === 'AUTH';

const NEW_TOKEN =
  'in the Business Settings, under System users, generate one that does not expire, with whatsapp_business_management and ' +
  'whatsapp_business_messaging, for a system user that the account is assigned to, and give it to the option `accounts` ' +
  '(or to AccountsService.add()). Those of the API Setup page end after a day.';

const PERMISSIONS =
  'generate one with whatsapp_business_management and whatsapp_business_messaging, and in the Business Settings, under ' +
  'WhatsApp accounts, give its system user full control of the account.';
