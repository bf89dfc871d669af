import { Inject, Injectable, type LoggerService, type OnModuleDestroy } from '@nestjs/common';
import { IsNull, LessThanOrEqual, Repository } from 'typeorm';
import { OutageLog } from '../store/outage-log.js';
import { boundedCache } from '../bounded-cache.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { messageOf } from '../foreign-errors.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { ApiKeyEntity } from './api-key.entity.js';

const INTERVAL = 60_000;

/** Notes when a key was last used, at most once a minute, beside the requests: they neither wait for it nor fail with it. */
@Injectable()
export class ApiKeyUsage implements OnModuleDestroy {
  readonly #notedAt = boundedCache<number, number>(10_000);
  readonly #writes = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    @InjectWhatsAppRepository(ApiKeyEntity) private readonly apiKeys: Repository<ApiKeyEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: OutageLog,
  ) {}

  /** Notes that a key was used just now. */
  note(apiKeyId: number): void {
    const now = Date.now();
    const notedAt = this.#notedAt.get(apiKeyId);
    if (this.#stopped || (notedAt !== undefined && now - notedAt < INTERVAL)) return;
    this.#notedAt.set(apiKeyId, now);
    const write = this.#write(apiKeyId, now).finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#writes);
  }

  async #write(apiKeyId: number, now: number): Promise<void> {
    // Other processes note the same key: the condition keeps it to one write a minute in all.
    const stale = [
      { id: apiKeyId, lastUsedAt: IsNull() },
      { id: apiKeyId, lastUsedAt: LessThanOrEqual(new Date(now - INTERVAL)) },
    ];
    try {
      await this.apiKeys.update(stale, { lastUsedAt: new Date(now) });
    } catch (error) {
      if (this.outages.covers(error)) return;
      this.logger.warn(`The last use of API key ${apiKeyId} could not be noted: ${messageOf(error)}`, ApiKeyUsage.name);
    }
  }
}
