import { Injectable } from '@nestjs/common';
import {
  HEALTH_CHECKS,
  type WhatsAppHealthCheckResult,
  type WhatsAppHealthOptions,
  type WhatsAppHealthReport,
} from './health-check.js';
import { ServerChecks, FailedTokens } from './health-checks.js';
import { WebhookSilence } from './webhook-silence.js';

/**
 * Whether the module can work, one thing at a time. No method rejects or takes longer than about two seconds, and each can be
 * called as often as one likes: what was seen a moment ago counts for all who ask.
 *
 * @publicApi
 */
@Injectable()
export class WhatsAppHealth {
  constructor(
    private readonly servers: ServerChecks,
    private readonly silence: WebhookSilence,
    private readonly failedTokens: FailedTokens,
  ) {}

  /** All that can be looked at, at once. */
  async check({ fatal = ['database', 'redis'] }: WhatsAppHealthOptions = {}): Promise<WhatsAppHealthReport> {
    const [database, redis, meta, webhooks, tokens] = await Promise.all([
      this.database(),
      this.redis(),
      this.meta(),
      this.webhooks(),
      this.tokens(),
    ]);
    const checks = { database, redis, meta, webhooks, tokens };
    const failed = HEALTH_CHECKS.filter((name) => checks[name].status === 'down');
    const isDown = failed.some((name) => fatal.includes(name));
    return { status: isDown ? 'down' : failed.length > 0 ? 'degraded' : 'up', checks };
  }

  /** Whether the database answers. */
  database(): Promise<WhatsAppHealthCheckResult> {
    return this.servers.database.result();
  }

  /** Whether the Redis of the queue answers; `up` where none is used. */
  redis(): Promise<WhatsAppHealthCheckResult> {
    return this.servers.redis.result();
  }

  /** Whether Meta's Graph API answers. It is asked at most every 15 seconds, without an access token. */
  meta(): Promise<WhatsAppHealthCheckResult> {
    return this.servers.meta.result();
  }

  /**
   * `down` when Meta took a message of an account more than 10 minutes (and less than a day) ago and no webhook about that
   * account came since, in any process. A webhook that was never set up right is found, too. Accounts without an app secret
   * take no webhooks and miss none; without `webhook.verifyToken` in the options, as where webhooks go elsewhere and the app
   * secret only signs calls, an account misses none until the first one came.
   */
  webhooks(): Promise<WhatsAppHealthCheckResult> {
    return this.silence.check.result();
  }

  /**
   * `down` when Meta does not take the access token of an account, by the last call in this process, or lets nothing be sent
   * with it, by any process's word. A token that lacks permissions for other calls is `up`.
   */
  tokens(): Promise<WhatsAppHealthCheckResult> {
    return this.failedTokens.check.result();
  }
}
