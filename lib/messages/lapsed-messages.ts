import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { Periodic } from '../process/periodic.js';
import { OutageLog } from '../store/outage-log.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { MessageStore } from './message-store.js';

/** Settles, every few seconds, messages that a process left in the middle of a call. */
@Injectable()
export class LapsedMessages implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #periodic: Periodic;

  constructor(@Inject(WHATSAPP_LOGGER) logger: LoggerService, store: MessageStore, outages: OutageLog) {
    const run = () => store.settleLapsed();
    this.#periodic = new Periodic({ name: 'Settling abandoned messages', everyMs: 5_000, run, logger, outages });
  }

  onApplicationBootstrap(): void {
    this.#periodic.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#periodic.stop();
  }
}
