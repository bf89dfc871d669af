import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import {
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { WebhooksService } from '../../index.js';
import { GraphApiServer } from '../graph-api-server.js';
import type { RecordedMessage } from '../records/records.js';
import type { InboundMessage } from '../webhooks/inbound/inbound-update.js';

/** The module provides it under this name: a function that resolves once no handler of an event runs. */
const EVENTS_IDLE = Symbol.for('nestjs-whatsapp.events-idle');

/** How often, and for how long, the end of webhooks is looked for, in milliseconds. */
const LOOK_EVERY = 5;
const PATIENCE = 30_000;

/**
 * What was sent, and messages from customers, in tests with `WhatsAppTestingModule`.
 *
 * @publicApi
 */
@Injectable()
export class WhatsAppTesting implements OnModuleInit, OnModuleDestroy, OnApplicationShutdown {
  readonly #logger = new Logger('WhatsApp');
  readonly #receiver = createServer((request, response) => void this.#take(request, response));

  constructor(
    /** The stand-in for Meta: its accounts and templates, every request, and `faults` on demand. */
    readonly meta: GraphApiServer,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** Every message that Meta accepted, in order. */
  get messages(): readonly RecordedMessage[] {
    return this.meta.messages;
  }

  /** The messages that Meta accepted for a recipient, in whatever spelling of the number, calling code included. */
  sentTo(recipient: string): RecordedMessage[] {
    return this.meta.messagesTo(recipient);
  }

  /**
   * Has a customer write to the first phone number, by a signed webhook. Resolves once it is stored and every handler has
   * ended, as `settled()` does. Without its content the message is a sample of its type.
   * @returns the wamid
   */
  async receive(message: InboundMessage): Promise<string> {
    const wamid = this.meta.phoneNumber.receive(message);
    await this.settled();
    return wamid;
  }

  /**
   * Resolves once all webhooks were taken and all handlers have ended, with whatever they sent.
   * @throws if a webhook was refused, or after 30 seconds
   */
  async settled(): Promise<void> {
    const lastMoment = performance.now() + PATIENCE;
    const idle: unknown = this.moduleRef.get(EVENTS_IDLE, { strict: false });
    for (;;) {
      const before = this.meta.webhookCounts;
      if (before.dropped > 0) throw new Error('A webhook was not taken: the log says why.');
      if (before.pending === 0 && typeof idle === 'function') await idle();
      const { pending, delivered } = this.meta.webhookCounts;
      // What a handler sent has webhooks, too.
      if (pending === 0 && delivered === before.delivered) return;
      if (performance.now() > lastMoment) throw new Error(`${pending} webhooks were not taken in ${PATIENCE} ms.`);
      await delay(LOOK_EVERY);
    }
  }

  /** Has the stand-in post its webhooks here. */
  async onModuleInit(): Promise<void> {
    this.#receiver.listen(0, '127.0.0.1').unref();
    await once(this.#receiver, 'listening');
    const address = this.#receiver.address();
    if (typeof address !== 'object' || address === null) throw new Error('The receiver of webhooks has no address.');
    this.meta.webhooks = { ...this.meta.webhooks, url: `http://127.0.0.1:${address.port}` };
  }

  /** Ends the webhooks, before the module stops taking them. */
  onModuleDestroy(): void {
    this.meta.webhooks = undefined;
  }

  /** Closes the stand-in. */
  async onApplicationShutdown(): Promise<void> {
    this.#receiver.close();
    this.#receiver.closeAllConnections();
    await this.meta.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const signature = [request.headers['x-hub-signature-256']].flat()[0];
      const webhooks = this.moduleRef.get(WebhooksService, { strict: false });
      await webhooks.receive(await buffer(request), signature);
      response.writeHead(200).end();
    } catch (error) {
      this.#logger.error(`A webhook was not taken: ${String(error)}`);
      response.writeHead(500).end();
    }
  }
}
