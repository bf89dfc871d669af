import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, ModuleRef } from '@nestjs/core';
import { subscriptionsOf, type Subscription } from './event-decorators.js';
import type { WhatsAppEvent } from './whatsapp-event.js';

type Provider = ReturnType<DiscoveryService['getProviders']>[number];

/** Finds what the host has decorated to take events, and its `EventEmitter2`. */
@Injectable()
export class EventHandlers implements OnModuleInit {
  readonly #handlers = new Map<string, EventHandler>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly moduleRef: ModuleRef,
  ) {}

  onModuleInit(): void {
    const seen = new Set<unknown>();
    for (const provider of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const instance: unknown = provider.instance;
      // The same instance may be provided under several tokens.
      if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
      seen.add(instance);
      for (const handler of this.#handlersOf(provider, instance)) this.#add(handler);
      const emitter = emitterHandler(provider.name, instance);
      if (emitter) this.#add(emitter);
    }
  }

  of(event: WhatsAppEvent): readonly EventHandler[] {
    return [...this.#handlers.values()].filter(({ subscriptions }) =>
      subscriptions.some(
        ({ type, field }) =>
          type === event.type && (field === undefined || (event.type === 'webhook' && field === event.field)),
      ),
    );
  }

  areOf(type: WhatsAppEvent['type']): boolean {
    return [...this.#handlers.values()].some(({ subscriptions }) => subscriptions.some((one) => one.type === type));
  }

  #handlersOf(provider: Provider, instance: object): EventHandler[] {
    const prototype: object | null = Object.getPrototypeOf(instance);
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const decorated: unknown = prototype && Reflect.get(prototype, method);
      const subscriptions = typeof decorated === 'function' ? subscriptionsOf(decorated) : [];
      if (subscriptions.length === 0) return [];
      const name = `${instance.constructor.name}.${method}`;
      return [
        { name, subscriptions, handle: async (event) => call(await this.#resolve(provider, instance), method, event) },
      ];
    });
  }

  /** Where each user of a provider has an instance of its own, every event has one, too. */
  async #resolve(provider: Provider, instance: object): Promise<unknown> {
    if (provider.isDependencyTreeStatic() && !provider.isTransient) return instance;
    return this.moduleRef.resolve<unknown>(provider.token, undefined, { strict: false });
  }

  /** Of a class that is provided more than once, each instance takes events. */
  #add(handler: EventHandler, count = 1): void {
    const name = count === 1 ? handler.name : `${handler.name} (${count})`;
    if (this.#handlers.has(name)) this.#add(handler, count + 1);
    else this.#handlers.set(name, { ...handler, name });
  }
}

function call(instance: unknown, name: string, event: WhatsAppEvent): unknown {
  if (typeof instance !== 'object' || instance === null) return undefined;
  const method: unknown = Reflect.get(instance, name);
  return typeof method === 'function' ? Reflect.apply(method, instance, [event]) : undefined;
}

/** What `@nestjs/event-emitter` provides, as far as it is used. */
interface Emitter {
  emitAsync(name: string, event: WhatsAppEvent): Promise<unknown>;
}

const TYPES: readonly WhatsAppEvent['type'][] = [
  'message.inbound',
  'message.status',
  'template.status',
  'bulk.send',
  'contact.consent',
  'marketing.action',
  'webhook',
];

/** The class is exported as `EventEmitter2`, and calls itself by another name. */
const NAMES: ReadonlySet<unknown> = new Set(['EventEmitter2', 'EventEmitter']);

/**
 * Hands every event on to the host's `EventEmitter2`, by the name `whatsapp.<type>`, such as `whatsapp.message.inbound`.
 * Known by its name, so that hosts without `@nestjs/event-emitter` need not install it.
 */
function emitterHandler(providerName: unknown, instance: object): EventHandler | undefined {
  if (!NAMES.has(providerName) || !isEmitter(instance)) return undefined;
  return {
    name: 'EventEmitter2',
    subscriptions: TYPES.map((type) => ({ type })),
    handle: (event) => instance.emitAsync(`whatsapp.${event.type}`, event),
  };
}

const isEmitter = (instance: object): instance is Emitter =>
  'emitAsync' in instance && typeof instance.emitAsync === 'function';

/** Something of the host's that takes events. */
export interface EventHandler {
  /** `AnsweringService.answer`; no two have the same. */
  readonly name: string;
  readonly subscriptions: readonly Subscription[];
  handle(event: WhatsAppEvent): Promise<unknown>;
}
