import type { DynamicModule, Provider } from '@nestjs/common';
import { durableBullQueue } from '../../queue/bull/bull.providers.js';
import { bullOptionsOf, type QueueOptions, type QueueSetup } from '../../queue/queue.js';
import { ConfigurationError } from '../../errors.js';
import { EventHandlers } from './event-handlers.js';
import type { EventsOptions } from './events.options.js';
import { EVENT_QUEUE, QueuedEvents, EventRuns } from './queued-events.js';
import { WhatsAppEvents } from './whatsapp-events.js';

/** Name of the Bull queue of events. */
const EVENT_QUEUE_NAME = 'whatsapp-events';

export const eventProviders: Provider[] = [EventHandlers, EventRuns, QueuedEvents, WhatsAppEvents];

/** @throws ConfigurationError when events shall go through a queue and there is none */
export function eventQueueSetup(
  { delivery = 'process' }: EventsOptions,
  queue: QueueOptions,
  database: DynamicModule,
): QueueSetup {
  if (delivery === 'process') return { imports: [], providers: [] };
  const bull = bullOptionsOf(queue);
  if (!bull) throw new ConfigurationError("events: { delivery: 'queue' } needs queue: 'bull'.");
  return durableBullQueue({ name: EVENT_QUEUE_NAME, token: EVENT_QUEUE }, bull, database);
}
