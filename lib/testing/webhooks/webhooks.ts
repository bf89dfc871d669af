import { statusNameOf } from './message-status.js';
import { Outbox } from './outbox.js';
import type { FieldUpdate, InboundUpdate, AcceptedMessage } from './update.js';
import type { WebhookCounts, WebhookOptions, WebhookStatus, WebhookStep } from './webhook.options.js';

const STEPS: readonly WebhookStep[] = ['sent', 'delivered', 'read'];

/** Follows accepted messages and has their statuses posted, and whatever else Meta reports. */
export class Webhooks {
  #outbox: Outbox | undefined;
  #steps: Partial<Record<WebhookStatus, number>> = {};

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
    this.#steps = {};
  }

  get counts(): WebhookCounts {
    const { pending, delivered, dropped } = this.#outbox ?? { pending: 0, delivered: 0, dropped: 0 };
    return { pending, delivered, dropped, steps: { ...this.#steps } };
  }

  /** Begins to follow a message, unless Meta holds it back: it is not known yet whether it will be sent. */
  follow(message: AcceptedMessage): void {
    const isHeld = message.template !== undefined && message.template.messageStatus !== 'accepted';
    if (!this.#outbox || isHeld) return;
    const { statuses = STEPS } = this.#outbox.options;
    const steps = typeof statuses === 'function' ? statuses(message.record) : statuses;
    this.#take(message, steps, this.#outbox);
  }

  /** Reports one step of a message at once, whatever it was before. */
  reportStatus(message: AcceptedMessage, step: WebhookStep): void {
    if (this.#outbox) this.#reportStep(message, step, false, this.#outbox);
  }

  /** Reports anything else at once. */
  publish(update: InboundUpdate | Omit<FieldUpdate, 'at'>): void {
    this.#outbox?.add(update.kind === 'field' ? { ...update, at: this.now() } : update);
  }

  clear(): void {
    this.options = this.#outbox?.options;
  }

  async close(): Promise<void> {
    await this.#outbox?.close();
  }

  /** Has a message take its first step, and the others after it. */
  #take(message: AcceptedMessage, steps: readonly WebhookStep[], outbox: Outbox, isFirst = true): void {
    const [step, ...others] = steps;
    if (step === undefined) return;
    const take = () => {
      this.#reportStep(message, step, isFirst && typeof step === 'string', outbox);
      this.#take(message, others, outbox, false);
    };
    const { delayMs = 0 } = outbox.options;
    const delay = typeof delayMs === 'function' ? delayMs() : delayMs;
    if (delay > 0) setTimeout(take, delay).unref();
    else take();
  }

  #reportStep(message: AcceptedMessage, step: WebhookStep, hasPricing: boolean, outbox: Outbox): void {
    if (outbox !== this.#outbox) return; // others are followed by now
    const status = statusNameOf(step);
    this.#steps[status] = (this.#steps[status] ?? 0) + 1;
    outbox.add({ kind: 'status', phoneNumber: message.phoneNumber, message, step, at: this.now(), hasPricing });
  }
}
