import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { isJsonObject } from '../../graph/json.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import type { WhatsAppEvent } from '../events/whatsapp-event.js';
import type { WebhookApplier } from '../webhook-arrivals.js';
import type { FieldItem } from '../webhook-item.js';
import { AccountUpdates } from './account-updates.js';
import { ConsentUpdates } from './consent-updates.js';
import { fieldEvent, type FieldReader, type FieldUpdate, textOrNumber } from './field-update.js';
import { MarketingActions } from './marketing-actions.js';
import { NumberUpdates } from './phone-number-updates.js';
import { TemplateUpdates } from './template-updates.js';
import { UserIdUpdates } from './user-id-updates.js';

/** The limit of errors of one change in the log. */
const MOST_ERRORS = 10;

/**
 * Applies changes that are about no message: of templates, numbers, accounts and consents. Each is an event `webhook` for
 * the host too, and those of fields that no one here knows are nothing else.
 */
@Injectable()
export class FieldUpdates implements WebhookApplier<FieldItem> {
  readonly #readers: ReadonlyMap<string, FieldReader>;

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    templates: TemplateUpdates,
    numbers: NumberUpdates,
    accountUpdates: AccountUpdates,
    consents: ConsentUpdates,
    userIds: UserIdUpdates,
    actions: MarketingActions,
  ) {
    const updates = [templates, numbers, accountUpdates, consents, userIds, actions];
    const readers = updates.flatMap((update) => update.readers);
    this.#readers = new Map(readers.flatMap((reader) => reader.fields.map((field) => [field, reader])));
  }

  async apply(items: readonly FieldItem[]): Promise<WhatsAppEvent[]> {
    const accounts = await this.#accountsOf(items);
    // All are read before the first is written down: one that cannot be leaves nothing behind.
    const updates = items.map((item) => ({ item, update: this.#read(item, accounts.get(item.businessAccountId)) }));
    const events: WhatsAppEvent[] = [];
    for (const { item, update } of updates) {
      for (const event of [...(await update()), fieldEvent(item)]) events.push(event);
    }
    return events;
  }

  #read(item: FieldItem, account: BusinessAccountEntity | undefined): FieldUpdate {
    if (item.field === 'messages') this.#logErrors(item);
    const reader = this.#readers.get(item.field);
    return reader && account ? reader.read({ ...item, account }) : async () => [];
  }

  async #accountsOf(items: readonly FieldItem[]): Promise<ReadonlyMap<string, BusinessAccountEntity>> {
    const ids = [...new Set(items.map(({ businessAccountId }) => businessAccountId))];
    const accounts = ids.length > 0 ? await this.accounts.findBy({ businessAccountId: In(ids) }) : [];
    return new Map(accounts.map((account) => [account.businessAccountId, account]));
  }

  /** Errors of the app or account, besides messages. */
  #logErrors({ businessAccountId, value: { errors } }: FieldItem): void {
    const listed: readonly unknown[] = Array.isArray(errors) ? errors.slice(0, MOST_ERRORS) : [];
    for (const error of listed.filter(isJsonObject)) {
      const text = textOrNumber(error['title']) ?? textOrNumber(error['message']) ?? 'An error';
      this.logger.warn(
        `Business account ${businessAccountId}: ${text} (${textOrNumber(error['code']) ?? 'without code'})`,
      );
    }
  }
}
