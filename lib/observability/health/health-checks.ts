import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { QUEUE_REDIS, type QueueRedis } from '../../queue/queue.js';
import { WHATSAPP_DATA_SOURCE } from '../../store/data-source.provider.js';
import { GraphApiClient } from '../../graph/graph-api.client.js';
import { Probe } from '../probe.js';
import { down, type WhatsAppHealthCheckResult, UP } from './health-check.js';
import { AccountCredentials } from '../../accounts/account-credentials.js';
import { SendingPauses, isAboutTheToken } from '../../accounts/sending-pauses.js';
import type { TokenRefusal } from '../../graph/graph-request.js';

/** How long anybody waits for a server, in ms: what probes health waits seldom longer itself. */
const PATIENCE_MS = 2_000;

const OWN_SERVER = { freshFor: 1_000, patience: PATIENCE_MS };

/** Meta is not to be asked at every scrape. */
const META = { freshFor: 15_000, patience: PATIENCE_MS };

/** Whether the servers that the module needs answer. */
@Injectable()
export class ServerChecks {
  readonly database: Probe<WhatsAppHealthCheckResult>;
  readonly redis: Probe<WhatsAppHealthCheckResult>;
  readonly meta: Probe<WhatsAppHealthCheckResult>;

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) dataSource: DataSource,
    @Inject(QUEUE_REDIS) redis: QueueRedis | undefined,
    graph: GraphApiClient,
  ) {
    this.database = new Probe(() => dataSource.query('SELECT 1').then(() => UP), {
      ...OWN_SERVER,
      otherwise: down('The database does not answer.'),
    });
    this.redis = new Probe(() => lookAtRedis(redis), { ...OWN_SERVER, otherwise: down('Redis does not answer.') });
    this.meta = new Probe(() => graph.reach(AbortSignal.timeout(PATIENCE_MS)).then(() => UP), {
      ...META,
      otherwise: down('Meta’s Graph API does not answer.'),
    });
  }
}

async function lookAtRedis(redis: QueueRedis | undefined): Promise<WhatsAppHealthCheckResult> {
  if (!redis) return { status: 'up', message: 'No Redis is used.' };
  await redis.ping();
  return UP;
}

/**
 * Finds accounts whose access token Meta does not take: those that send nothing for it, by any process's word, and those
 * whose last call in this process was refused for it.
 */
@Injectable()
export class FailedTokens {
  readonly check = new Probe<WhatsAppHealthCheckResult>(() => this.#look(), {
    freshFor: 5_000,
    patience: 2_000,
    otherwise: down('Whether Meta takes the access tokens could not be looked at.'),
  });

  constructor(
    private readonly graph: GraphApiClient,
    private readonly pauses: SendingPauses,
    private readonly credentials: AccountCredentials,
  ) {}

  async #look(): Promise<WhatsAppHealthCheckResult> {
    const failed = new Set<string>();
    for (const { scope, subjectId, code } of await this.pauses.list()) {
      if (scope === 'account' && isAboutTheToken(code)) failed.add(subjectId);
    }
    for (const refusal of this.graph.tokenRefusals.list()) {
      if (!failed.has(refusal.businessAccountId) && (await this.#isInUse(refusal))) {
        failed.add(refusal.businessAccountId);
      }
    }
    if (failed.size === 0) return UP;
    return down(
      'Meta does not take the access tokens of these accounts, or lets nothing be sent with them. Give new ones in ' +
        'accounts of WhatsAppModule’s options, or by AccountsService.add().',
      [...failed].toSorted(),
    );
  }

  /** Someone may have given another token since, or removed the account. */
  async #isInUse({ businessAccountId, isOf }: TokenRefusal): Promise<boolean> {
    if (!(await this.credentials.has(businessAccountId))) return false;
    const { accessToken } = await this.credentials.of(businessAccountId);
    return isOf(accessToken);
  }
}
