import { Injectable } from '@nestjs/common';
import type { WhatsAppHealthCheckName, WhatsAppHealthCheckResult, WhatsAppHealthOptions } from './health-check.js';
import { WhatsAppHealth } from './whatsapp-health.js';

/**
 * What `@nestjs/terminus` takes of an indicator.
 *
 * @publicApi
 */
export type WhatsAppIndicatorResult = WhatsAppHealthCheckResult & {
  /** Each thing that was looked at. */
  readonly checks: Readonly<Record<WhatsAppHealthCheckName, WhatsAppHealthCheckResult>>;
};

/**
 * Reports to `@nestjs/terminus` how the module is:
 *
 * ```ts
 * this.health.check([() => this.whatsapp.isHealthy('whatsapp')]);
 * ```
 *
 * A check that shall count by itself is one of the other methods: `() => this.whatsapp.meta('whatsapp_meta')`.
 *
 * @publicApi
 */
@Injectable()
export class WhatsAppHealthIndicator {
  constructor(private readonly health: WhatsAppHealth) {}

  /** `down` when something fatal is: the database or Redis, unless `fatal` says otherwise. All else is in `checks`. */
  async isHealthy<const Key extends string>(
    key: Key,
    options: WhatsAppHealthOptions = {},
  ): Promise<Record<Key, WhatsAppIndicatorResult>> {
    const { status, checks } = await this.health.check(options);
    return under(key, { status: status === 'down' ? 'down' : 'up', checks });
  }

  /** As `isHealthy`, but `degraded` when something is down that is not fatal: Terminus 12 and later know that word. */
  async isHealthyOrDegraded<const Key extends string>(key: Key, options: WhatsAppHealthOptions = {}) {
    return under(key, await this.health.check(options));
  }

  /** Returns the check `database` alone. @see {@link WhatsAppHealth.database} */
  async database<const Key extends string>(key: Key): Promise<Record<Key, WhatsAppHealthCheckResult>> {
    return under(key, await this.health.database());
  }

  /** Returns the check `redis` alone. @see {@link WhatsAppHealth.redis} */
  async redis<const Key extends string>(key: Key): Promise<Record<Key, WhatsAppHealthCheckResult>> {
    return under(key, await this.health.redis());
  }

  /** Returns the check `meta` alone. @see {@link WhatsAppHealth.meta} */
  async meta<const Key extends string>(key: Key): Promise<Record<Key, WhatsAppHealthCheckResult>> {
    return under(key, await this.health.meta());
  }

  /** Returns the check `webhooks` alone. @see {@link WhatsAppHealth.webhooks} */
  async webhooks<const Key extends string>(key: Key): Promise<Record<Key, WhatsAppHealthCheckResult>> {
    return under(key, await this.health.webhooks());
  }

  /** Returns the check `tokens` alone. @see {@link WhatsAppHealth.tokens} */
  async tokens<const Key extends string>(key: Key): Promise<Record<Key, WhatsAppHealthCheckResult>> {
    return under(key, await this.health.tokens());
  }
}

function under<const Key extends string, Result>(key: Key, result: Result): Record<Key, Result>;
function under<Result>(key: string, result: Result): Record<string, Result> {
  return { [key]: result };
}
