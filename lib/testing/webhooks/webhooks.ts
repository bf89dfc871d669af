import type { Pricing } from '../pricing/pricing.js';
import { statusNameOf } from './message-status.js';
import { Outbox } from './outbox.js';
import type { FieldUpdate, InboundUpdate, AcceptedMessage } from './update.js';
import type { WebhookCounts, WebhookOptions, WebhookStatus, WebhookStep } from './webhook.options.js';

const STEPS: readonly WebhookStep[] = ['sent', 'delivered', 'read'];

/** Meta does not say which error it is; this is the one of other sends that cannot be paid. */
const NOT_PAID: readonly WebhookStep[] = [{ status: 'failed', code: 131042 }];

/** Follows accepted messages and has their statuses posted, and whatever else Meta reports. */
export class Webhooks {
  #outbox: Outbox | undefined;
  #steps: Partial<Record<WebhookStatus, number>> = {};

  constructor(
    options: WebhookOptions | undefined,
    private readonly pricing: Pricing,
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
    if (this.#outbox) this.#reportStep(message, step, this.#outbox);
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
    if (steps.length === 0) return;
    const take = () => {
      const isPayable = !isFirst || this.pricing.isPayable(message, this.now());
      const [step, ...others] = isPayable ? steps : NOT_PAID;
      if (step === undefined) return;
      this.#reportStep(message, step, outbox);
      this.#take(message, others, outbox, false);
    };
    const { delayMs = 0 } = outbox.options;
    const delay = typeof delayMs === 'function' ? delayMs() : delayMs;
    if (delay > 0) setTimeout(take, delay).unref();
    else take();
  }

  #reportStep(message: AcceptedMessage, step: WebhookStep, outbox: Outbox): void {
    if (outbox !== this.#outbox) return; // others are followed by now
    const status = statusNameOf(step);
    this.#steps[status] = (this.#steps[status] ?? 0) + 1;
    const { pricedStatuses } = outbox.options;
    const carriers = typeof pricedStatuses === 'function' ? pricedStatuses(message.record) : pricedStatuses;
    const at = this.now();
    const price = this.pricing.take(message, status, at, carriers);
    outbox.add({ kind: 'status', phoneNumber: message.phoneNumber, message, step, at, price });
  }
}
