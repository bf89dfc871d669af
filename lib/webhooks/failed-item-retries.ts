import { Injectable } from '@nestjs/common';
import { NotFoundError } from '../errors.js';
import type { ItemFailure } from './apply-with-bisection.js';
import { FailedItems } from './failed-items.js';
import { ItemApplication } from './item-application.js';
import { itemsOf } from './items-of.js';
import { WebhookItemError } from './webhook-applier.js';
import type { WebhookItemEntity } from './webhook-item.entity.js';
import { type ReceivedItem, fromStored } from './webhook-item.js';

const BATCH_SIZE = 100;

/** Applies items again that could not be applied. */
@Injectable()
export class FailedItemRetries {
  constructor(
    private readonly failed: FailedItems,
    private readonly application: ItemApplication,
  ) {}

  /** @throws NotFoundError `WEBHOOK_ITEM_NOT_FOUND` */
  async applyAgain(id: number): Promise<boolean> {
    const row = Number.isSafeInteger(id) ? await this.failed.find(id) : null;
    if (!row) throw new NotFoundError('WEBHOOK_ITEM_NOT_FOUND', `There is no failed webhook item ${id}.`);
    return this.#apply(row);
  }

  async applyAllAgain(): Promise<{ readonly applied: number; readonly failed: number }> {
    const outcomes: boolean[] = [];
    let rows = await this.failed.after(0, BATCH_SIZE);
    for (let last = rows.at(-1); last; last = rows.at(-1)) {
      for (const row of rows) outcomes.push(await this.#apply(row));
      rows = await this.failed.after(last.id, BATCH_SIZE);
    }
    const applied = outcomes.filter(Boolean).length;
    return { applied, failed: outcomes.length - applied };
  }

  async #apply(row: WebhookItemEntity): Promise<boolean> {
    const [failure] = await this.#failuresOf(row);
    if (failure) await this.failed.storeAgain(row, failure.error);
    else await this.failed.remove(row);
    return !failure;
  }

  async #failuresOf({
    item: stored,
    businessAccountId,
  }: WebhookItemEntity): Promise<Pick<ItemFailure<unknown>, 'error'>[]> {
    const item = fromStored(stored);
    if (!item)
      return [{ error: new WebhookItemError('It was too long to be kept whole, and cannot be applied again.') }];
    const items: ReceivedItem[] = item.kind === 'unreadable' ? itemsOf(item.body) : [item];
    // What no one could read was signed for this account alone.
    const isSigned = items.every((candidate) => candidate.businessAccountId === businessAccountId);
    if (!isSigned) return [{ error: new WebhookItemError('It is about another account than the one that signed it.') }];
    return this.application.apply(items);
  }
}
