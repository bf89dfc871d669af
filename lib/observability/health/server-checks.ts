import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { QUEUE_REDIS, type QueueRedis } from '../../queue/queue-redis.js';
import { WHATSAPP_DATA_SOURCE } from '../../store/data-source.provider.js';
import { GraphApiClient } from '../../graph/graph-api.client.js';
import { Probe } from '../probe.js';
import { down, type HealthCheckResult, UP } from './health-check.js';

/** How long anybody waits for a server, in ms: what probes health waits seldom longer itself. */
const PATIENCE_MS = 2_000;

const OWN_SERVER = { freshFor: 1_000, patience: PATIENCE_MS };

/** Meta is not to be asked at every scrape. */
const META = { freshFor: 15_000, patience: PATIENCE_MS };

/** Whether the servers that the module needs answer. */
@Injectable()
export class ServerChecks {
  readonly database: Probe<HealthCheckResult>;
  readonly redis: Probe<HealthCheckResult>;
  readonly meta: Probe<HealthCheckResult>;

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

async function lookAtRedis(redis: QueueRedis | undefined): Promise<HealthCheckResult> {
  if (!redis) return { status: 'up', message: 'No Redis is used.' };
  await redis.ping();
  return UP;
}
