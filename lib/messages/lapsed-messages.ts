import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { OutageLog } from '../store/outage-log.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { MessageStore } from './message-store.js';

const INTERVAL_MS = 5_000;

/** Settles, every few seconds, messages that a process left in the middle of a call. */
@Injectable()
export class LapsedMessages implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly store: MessageStore,
    private readonly outages: OutageLog,
  ) {}

  onApplicationBootstrap(): void {
    this.#sweep();
    this.#timer = setInterval(() => this.#sweep(), INTERVAL_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  #sweep(): void {
    this.#running ??= this.store
      .settleLapsed()
      .catch((error: unknown) => {
        if (!this.outages.covers(error)) this.logger.warn(`Could not settle lapsed messages: ${String(error)}`);
      })
      .finally(() => (this.#running = undefined));
  }
}
