import { Injectable } from '@nestjs/common';
import { boundedCache } from '../../bounded-cache.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import { withoutCode } from '../../messages/pending-content.js';
import { QueuedEvents } from '../events/queued-events.js';
import type { MessageStatusEvent } from '../events/whatsapp-event.js';
import type { SettledMessage } from './settled-message.js';
import type { StatusUpdate } from './status-update.js';

/** Statuses of which no row says that they were told already; Meta mostly repeats itself at once. */
const MOST_REMEMBERED = 50_000;

/** Makes of stored statuses what the host is told. */
@Injectable()
export class StatusEvents {
  readonly #told = boundedCache<string, true>(MOST_REMEMBERED);

  constructor(private readonly queued: QueuedEvents) {}

  /** @param strange of messages that this deployment did not send */
  of(settled: readonly SettledMessage[], strange: readonly StatusUpdate[]): MessageStatusEvent[] {
    return [
      ...settled.flatMap(({ message, told, news }) => {
        const shown = withoutCode(message);
        return (this.queued.tellsAgain ? told : news)
          .filter((update) => this.#isFirst(update))
          .map((update) => eventOf(update, shown));
      }),
      ...strange.filter((update) => this.#isFirst(update)).map((update) => eventOf(update, null)),
    ];
  }

  #isFirst(update: StatusUpdate): boolean {
    if (this.queued.tellsAgain) return true;
    const id = idOf(update);
    if (this.#told.has(id)) return false;
    this.#told.set(id, true);
    return true;
  }
}

const idOf = ({ wamid, told }: StatusUpdate): string => `status.${wamid}.${told.status}`;

const eventOf = (update: StatusUpdate, message: MessageEntity | null): MessageStatusEvent => ({
  type: 'message.status',
  id: idOf(update),
  businessAccountId: update.item.businessAccountId,
  status: update.told.status,
  message,
  raw: update.item.status,
});
