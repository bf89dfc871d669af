import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { MoreThan, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { storable } from '../database/storable.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import type { ItemFailure } from './apply-apart.js';
import { toStored } from './stored-item.js';
import type { ReceivedItem } from './webhook-item.js';
import { WebhookItemEntity } from './webhook-item.entity.js';

const LONGEST_ERROR = 2_000;

/** Keeps items that could not be applied. */
@Injectable()
export class FailedItems {
  constructor(
    @InjectWhatsAppRepository(WebhookItemEntity) private readonly rows: Repository<WebhookItemEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  async store(failures: readonly ItemFailure<ReceivedItem>[]): Promise<void> {
    const receivedAt = new Date();
    for (const { item, error } of failures) {
      const row = this.rows.create({
        businessAccountId: storable(item.businessAccountId, 64),
        field: storable(item.field, 64),
        item: toStored(item),
        error: wordsOf(error),
        tries: 1,
        receivedAt,
      });
      await this.rows.insert(row);
      this.logger.error(
        `What a webhook told could not be applied: ${describe(row)}: ${row.error} ` +
          `It is kept; once the cause is mended, call WebhooksService.applyAgain(${row.id}).`,
      );
    }
  }

  /** It failed again. */
  async storeAgain({ id, tries }: WebhookItemEntity, error: unknown): Promise<void> {
    await this.rows.update({ id }, { error: wordsOf(error), tries: tries + 1 });
  }

  async remove({ id }: WebhookItemEntity): Promise<void> {
    await this.rows.delete({ id });
  }

  find(id: number): Promise<WebhookItemEntity | null> {
    return this.rows.findOneBy({ id });
  }

  /** Those after a row id, the oldest first. */
  after(id: number, most: number): Promise<WebhookItemEntity[]> {
    return this.rows.find({ where: { id: MoreThan(id) }, order: { id: 'ASC' }, take: most });
  }

  /** The newest first, and how many there are of all. */
  page(skip: number, take: number): Promise<[WebhookItemEntity[], number]> {
    return this.rows.findAndCount({ order: { id: 'DESC' }, skip, take });
  }
}

const describe = ({ businessAccountId, field }: WebhookItemEntity): string =>
  businessAccountId === '' ? 'an entry of no account' : `field "${field}" of business account ${businessAccountId}`;

const wordsOf = (error: unknown): string =>
  storable(error instanceof Error ? error.message || error.name : String(error), LONGEST_ERROR);
