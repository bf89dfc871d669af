import type { AcceptedMessage } from './accepted-message.js';
import { Outbox } from './outbox.js';
import type { WebhookCounts, WebhookOptions, WebhookStatus } from './webhook.options.js';

const STATUSES: readonly WebhookStatus[] = ['sent', 'delivered', 'read'];

/** Follows accepted messages and has their statuses posted. */
export class Webhooks {
  #outbox: Outbox | undefined;

  constructor(
    options: WebhookOptions | undefined,
    private readonly now: () => number,
  ) {
    this.#outbox = options && new Outbox(options);
  }

  get options(): WebhookOptions | undefined {
    return this.#outbox?.options;
  }

  /** Gives up what still waits by the options before. */
  set options(options: WebhookOptions | undefined) {
    void this.#outbox?.close();
    this.#outbox = options && new Outbox(options);
  }

  get counts(): WebhookCounts {
    const { pending, delivered, dropped } = this.#outbox ?? { pending: 0, delivered: 0, dropped: 0 };
    return { pending, delivered, dropped };
  }

  /** Begins to follow a message, unless Meta holds it back: nobody knows yet whether it will be sent. */
  follow(message: AcceptedMessage): void {
    const isHeld = message.template !== undefined && message.template.messageStatus !== 'accepted';
    if (this.#outbox && !isHeld) this.#take(0, message, this.#outbox);
  }

  clear(): void {
    this.options = this.#outbox?.options;
  }

  async close(): Promise<void> {
    await this.#outbox?.close();
  }

  /** Has a message take one step, and the others after it. */
  #take(step: number, message: AcceptedMessage, outbox: Outbox): void {
    const { statuses = STATUSES, delayMs = 0 } = outbox.options;
    const status = statuses[step];
    if (status === undefined) return;
    const take = () => {
      outbox.add({ message, status, at: this.now(), hasPricing: step === 0 });
      this.#take(step + 1, message, outbox);
    };
    if (delayMs > 0) setTimeout(take, delayMs).unref();
    else take();
  }
}
