import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from '../process/periodic.js';
import { type Expired, Retention } from '../process/retention.js';
import { OutageLog } from '../store/outage-log.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { MessageRepository } from './message-repository.js';

/** Settles messages that a process left in the middle of a call, and removes contents that were kept long enough. */
@Injectable()
export class MessageMaintenance implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #settling: Periodic;

  constructor(
    @Inject(WHATSAPP_LOGGER) logger: LoggerService,
    outages: OutageLog,
    retention: Retention,
    private readonly messages: MessageRepository,
    private readonly workspaces: WorkspacesService,
  ) {
    const run = () => this.messages.settleExpired();
    this.#settling = new Periodic({ name: 'Settling abandoned messages', everyMs: 5_000, run, logger, outages });
    retention.add('messageContents', (expired) => this.#removeContents(expired));
  }

  onApplicationBootstrap(): void {
    this.#settling.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#settling.stop();
  }

  async #removeContents(expired: Expired): Promise<void> {
    for (const { id } of await this.workspaces.list()) await this.messages.removeContents(id, expired);
  }
}
