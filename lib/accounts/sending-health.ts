import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphHealthStatus } from '../graph/graph-api.types.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from '../process/periodic.js';
import { OutageLog } from '../store/outage-log.js';
import { AccountCredentials } from './account-credentials.js';
import { PhoneNumberEntity } from './phone-number.entity.js';
import type { SendingPauseEntity } from './sending-pause.entity.js';
import { SendingPauses, canSend, subjectInWords } from './sending-pauses.js';

const INTERVAL_MS = 5 * 60 * 1_000;

/**
 * Asks Meta, at start and every few minutes, whether what was paused without an end can send again. What the access
 * token was refused for is over then too: with such a token Meta would not answer.
 */
@Injectable()
export class SendingHealth implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #periodic: Periodic;

  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly pauses: SendingPauses,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
    outages: OutageLog,
  ) {
    const run = (signal: AbortSignal) => this.check(signal);
    this.#periodic = new Periodic({ name: 'Checking paused numbers', everyMs: INTERVAL_MS, run, logger, outages });
  }

  onApplicationBootstrap(): void {
    // Not awaited: a Meta that is down or slow must not keep the app from starting.
    this.#periodic.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#periodic.stop();
  }

  /** Asks now. One that Meta does not answer for stays paused. */
  async check(signal?: AbortSignal): Promise<void> {
    await this.pauses.endThoseOver();
    for (const pause of await this.pauses.list()) {
      if (signal?.aborted) return;
      if (pause.until !== null) continue;
      try {
        if (canSend(await this.#healthOf(pause, signal))) await this.pauses.end(pause);
      } catch (error) {
        this.logger.debug?.(`Could not ask Meta whether ${subjectInWords(pause)} can send again: ${String(error)}`);
      }
    }
  }

  async #healthOf(pause: SendingPauseEntity, signal?: AbortSignal): Promise<GraphHealthStatus | undefined> {
    const businessAccountId = await this.#accountOf(pause);
    if (businessAccountId === undefined) return undefined;
    const node = await this.graph.get<{ health_status?: GraphHealthStatus }>([pause.subjectId], {
      credential: await this.credentials.of(businessAccountId),
      query: { fields: ['health_status'] },
      signal,
    });
    return node.health_status;
  }

  async #accountOf({ scope, subjectId }: SendingPauseEntity): Promise<string | undefined> {
    if (scope === 'account') return subjectId;
    const phoneNumber = await this.phoneNumbers.findOne({
      where: { phoneNumberId: subjectId },
      relations: { account: true },
    });
    return phoneNumber?.account?.businessAccountId;
  }
}
