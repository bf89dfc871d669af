import type { EventHandler } from './event-handler.js';
import type { WhatsAppEvent } from './whatsapp-event.js';

/** What `@nestjs/event-emitter` provides, as far as it is used. */
interface Emitter {
  emitAsync(name: string, event: WhatsAppEvent): Promise<unknown>;
}

const TYPES: readonly WhatsAppEvent['type'][] = [
  'message.inbound',
  'message.status',
  'template.status',
  'contact.consent',
  'webhook',
];

/** The class is exported as `EventEmitter2`, and calls itself by another name. */
const NAMES: ReadonlySet<unknown> = new Set(['EventEmitter2', 'EventEmitter']);

/**
 * Hands every event on to the host's `EventEmitter2`, by the name `whatsapp.<type>`, such as `whatsapp.message.inbound`.
 * Known by its name, so that hosts without `@nestjs/event-emitter` need not install it.
 */
export function emitterHandler(providerName: unknown, instance: object): EventHandler | undefined {
  if (!NAMES.has(providerName) || !isEmitter(instance)) return undefined;
  return {
    name: 'EventEmitter2',
    subscriptions: TYPES.map((type) => ({ type })),
    handle: (event) => instance.emitAsync(`whatsapp.${event.type}`, event),
  };
}

const isEmitter = (instance: object): instance is Emitter =>
  'emitAsync' in instance && typeof instance.emitAsync === 'function';
