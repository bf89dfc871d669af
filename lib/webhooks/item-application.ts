import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';
import { METERS, type Meters } from '../meters.js';
import type { ItemFailure } from './apply-apart.js';
import type { WhatsAppEvent } from './events/whatsapp-event.js';
import { QueuedEvents } from './events/queued-events.js';
import { WhatsAppEvents } from './events/whatsapp-events.js';
import { GroupCommit } from './group-commit.js';
import { meterItems } from './metered-items.js';
import { WebhookItemError } from './webhook-applier.js';
import { WEBHOOK_APPLIERS, type WebhookAppliers } from './webhook-appliers.js';
import type { FieldItem, MessageItem, ReceivedItem, StatusItem } from './webhook-item.js';

/** Gives each kind of item to whoever applies it; after that, tells the host what changed. */
@Injectable()
export class ItemApplication {
  readonly #statuses: GroupCommit<StatusItem>;
  readonly #messages: GroupCommit<MessageItem>;
  readonly #fields: GroupCommit<FieldItem>;

  constructor(
    @Inject(WEBHOOK_APPLIERS) { status, message, field }: WebhookAppliers,
    private readonly events: WhatsAppEvents,
    private readonly queued: QueuedEvents,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(METERS) private readonly meters: Meters,
  ) {
    const deliver = (told: readonly WhatsAppEvent[]) => this.#deliver(told);
    this.#statuses = new GroupCommit(status, deliver);
    this.#messages = new GroupCommit(message, deliver);
    this.#fields = new GroupCommit(field, deliver);
  }

  /**
   * Applies items, the kinds beside each other.
   * @returns those that cannot be applied
   * @throws what the database, or the queue of events, fails with when it cannot be reached; some may be applied by then, and applying all again is safe
   */
  async apply(items: readonly ReceivedItem[]): Promise<ItemFailure<ReceivedItem>[]> {
    const unreadable = items
      .filter((item) => item.kind === 'unreadable')
      .map((item) => ({ item, error: new WebhookItemError(item.problem) }));
    const failures: (readonly ItemFailure<ReceivedItem>[])[] = await Promise.all([
      this.#statuses.apply(items.filter((item) => item.kind === 'status')),
      this.#messages.apply(items.filter((item) => item.kind === 'message')),
      this.#fields.apply(items.filter((item) => item.kind === 'field')),
    ]);
    const failed = [...unreadable, ...failures.flat()];
    meterItems(this.meters, items, failed);
    return failed;
  }

  async #deliver(events: readonly WhatsAppEvent[]): Promise<void> {
    if (events.length === 0) return;
    try {
      await this.events.deliver(events);
    } catch (error) {
      this.logger.error(`${events.length} events could not be delivered: ${String(error)}`);
      // What they tell is stored. Where it would be no event again, to have Meta tell it again is of no use.
      if (this.queued.tellsAgain) throw error;
    }
  }
}
