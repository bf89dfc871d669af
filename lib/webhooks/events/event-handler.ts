import type { Subscription } from './event-decorators.js';
import type { WhatsAppEvent } from './whatsapp-event.js';

/** Something of the host's that takes events. */
export interface EventHandler {
  /** `AnsweringService.answer`; no two have the same. */
  readonly name: string;
  readonly subscriptions: readonly Subscription[];
  handle(event: WhatsAppEvent): Promise<unknown>;
}
