import {
  type CostRow,
  CostsService,
  MessageEntity,
  MessagesService,
  type RateCardEntry,
  type WhatsAppCostsOptions,
} from 'nestjs-whatsapp';
import { newMessage } from '../store/new-message.js';
import { welcome } from '../messages/template-inputs.js';
import { StatusScene, type StatusWords } from '../webhooks/statuses-scene.js';
import type { BulkSceneOptions } from '../bulk/bulk-scene.js';

export const rate = (
  market: string,
  category: string,
  price: string,
  words: Partial<RateCardEntry> = {},
): RateCardEntry => ({
  validFrom: '2026-01-01',
  currency: 'USD',
  market,
  category,
  price,
  ...words,
});

export const REGULAR = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' };
export const FREE_SERVICE = {
  billable: false,
  pricing_model: 'PMP',
  type: 'free_customer_service',
  category: 'service',
};

/** A price as rows have it. */
export const pricedAs = (
  pricingCategory: string,
  pricingCountry = 'AR',
  pricingType = 'regular',
): Partial<MessageEntity> => ({
  pricingCategory,
  pricingCountry,
  pricingType,
  pricingBillable: pricingType === 'regular',
});

/** An app with a rate card, and statuses as Meta reports them. */
export class CostsScene implements AsyncDisposable {
  #nextId = 1_000_000;

  private constructor(readonly statuses: StatusScene) {}

  static async start(costs: WhatsAppCostsOptions, scene: BulkSceneOptions = {}): Promise<CostsScene> {
    const statuses = await StatusScene.start({ ...scene, options: { costs, ...scene.options } });
    return new CostsScene(statuses);
  }

  get costs(): CostsService {
    return this.statuses.scene.app.get(CostsService);
  }

  get phoneNumberId(): string {
    return this.statuses.scene.meta.account.phoneNumbers[0]?.id ?? '';
  }

  /** Stores a message as it is once statuses have come. @param deliveredAt ISO 8601 */
  async delivered(deliveredAt: string, ...fields: readonly Partial<MessageEntity>[]): Promise<void> {
    const { phoneNumberId } = this;
    const at = new Date(deliveredAt);
    const rows = fields.map((own) =>
      newMessage({
        id: (this.#nextId += 1),
        phoneNumberId,
        status: 'delivered',
        createdAt: new Date(at.getTime() - 2_000),
        sentAt: new Date(at.getTime() - 1_000),
        deliveredAt: at,
        templateName: 'welcome_message',
        ...own,
      }),
    );
    await this.statuses.rows.insert(rows);
  }

  /** Sends one message, and has Meta report of it: webhooks with some statuses each. */
  async reported(
    webhooks: readonly (readonly (readonly [status: string, words?: StatusWords])[])[],
    to?: string,
  ): Promise<number> {
    const { id } = await this.statuses.scene.app.get(MessagesService).sendTemplate(welcome({ ...(to && { to }) }));
    for (const reports of webhooks) {
      const row = await this.statuses.row({ id });
      await this.statuses.apply(...reports.map(([status, words]) => this.statuses.item(row, status, words)));
    }
    return id;
  }

  async clear(): Promise<void> {
    await this.statuses.rows.clear();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.statuses[Symbol.asyncDispose]();
  }
}

/** What rows say in short: category, country, type, messages and amount. */
export const inShort = (rows: readonly CostRow[]): unknown[][] =>
  rows.map(({ category, country, type, messages, amount }) => [category, country, type, messages, amount]);
