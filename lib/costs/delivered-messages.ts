import { Injectable } from '@nestjs/common';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { MessageEntity } from '../messages/message.entity.js';
import { countryOfRecipient } from '../messages/pricing.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';

/** Which delivered messages are counted, and what for. */
export interface CountedMessages {
  readonly workspaceId: number;
  /** By number and time of sending, or by bulk send and place in it: as the indexes of messages have them. */
  readonly from: SentByNumber | SentInBulk | OnTheWay;
  /** Counts those that were not delivered yet, and did not fail, by the time of sending instead. */
  readonly isOpen?: boolean;
  /** Delivered at this moment or later, and before that one, in epoch milliseconds. */
  readonly deliveredFrom: number;
  readonly deliveredBefore: number;
  /** Moments in between, ascending, at which one period ends and the next begins. */
  readonly cuts: readonly number[];
  readonly template?: string | undefined;
  readonly byTemplate: boolean;
  readonly byBulkSend: boolean;
}

interface SentByNumber {
  readonly phoneNumberId: string;
  /** Epoch milliseconds. */
  readonly sentFrom: number;
  readonly sentBefore: number;
}

interface SentInBulk {
  readonly bulkSendId: string;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** Messages from a number; their calls have no outcome yet. */
interface OnTheWay {
  readonly onTheWayFrom: string;
}

/** Messages that are priced alike. */
export interface CountedGroup {
  /** Which of the periods between the cuts they were delivered in, from 0. */
  readonly period: number;
  readonly template: string | null;
  readonly bulkSendId: string | null;
  readonly category: string;
  readonly country: string | null;
  /** Meta's pricing type. */
  readonly type: string;
  /** Whether no status has reported a price: then it counts as charged. */
  readonly isEstimate: boolean;
  readonly messages: number;
}

/** Messages without a reported price that are read in one query. */
const PAGE = 5_000;

/** When a message was delivered: Meta may report that it was read, and nothing before. */
const DELIVERED_AT = 'COALESCE(message.deliveredAt, message.readAt, message.playedAt)';

/** Counts delivered messages by what their price depends on. Meta reports a price with a status; without one they are read one by one. */
@Injectable()
export class DeliveredMessages {
  constructor(@InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>) {}

  async count(counted: CountedMessages): Promise<CountedGroup[]> {
    const rows = await this.#grouped(counted);
    const priced = rows.filter(hasPrice).map(groupOfRow);
    return priced.length === rows.length ? priced : [...priced, ...(await this.#unpriced(counted))];
  }

  /** When the next message of a number was sent at a moment or later, in epoch milliseconds. */
  async nextSent(phoneNumberId: string, from: number): Promise<number | undefined> {
    const next = await this.messages
      .createQueryBuilder('message')
      .select('MIN(message.sentAt)', 'next')
      .where('message.phoneNumberId = :phoneNumberId AND message.sentAt >= :from', { phoneNumberId, from })
      .getRawOne<{ next: string | number | null }>();
    return next === undefined || next.next === null ? undefined : Number(next.next);
  }

  async #grouped(counted: CountedMessages): Promise<RawGroup[]> {
    const period = periodOf(counted.cuts);
    const query = this.#query(counted)
      .select(period, 'cost_period')
      .addSelect('message.pricingCategory', 'cost_category')
      .addSelect('message.pricingCountry', 'cost_country')
      .addSelect('message.pricingType', 'cost_type')
      .addSelect('message.pricingBillable', 'cost_billable')
      .addSelect('COUNT(*)', 'cost_messages')
      .groupBy(period)
      .addGroupBy('message.pricingCategory')
      .addGroupBy('message.pricingCountry')
      .addGroupBy('message.pricingType')
      .addGroupBy('message.pricingBillable');
    if (counted.byTemplate) query.addSelect('message.templateName', 'cost_template').addGroupBy('message.templateName');
    if (counted.byBulkSend) query.addSelect('message.bulkSendId', 'cost_bulk_send').addGroupBy('message.bulkSendId');
    return query.getRawMany<RawGroup>();
  }

  async #unpriced(counted: CountedMessages): Promise<CountedGroup[]> {
    const groups = new Map<string, CountedGroup>();
    let after = 0;
    for (;;) {
      const rows = await this.#query(counted)
        .select('message.id', 'id')
        .addSelect(DELIVERED_AT, 'deliveredAt')
        .addSelect('message.type', 'type')
        .addSelect('message.templateCategory', 'templateCategory')
        .addSelect('message.recipientPhone', 'recipientPhone')
        .addSelect('message.userId', 'userId')
        .addSelect('message.pricingCountry', 'pricingCountry')
        .addSelect('message.templateName', 'templateName')
        .addSelect('message.bulkSendId', 'bulkSendId')
        // Reactions are never charged.
        .andWhere(`NOT ${HAS_PRICE} AND message.type <> 'reaction' AND message.id > :after`, { after })
        .orderBy('message.id')
        .limit(PAGE)
        .getRawMany<UnpricedRow>();
      for (const row of rows) addTo(groups, groupOf(row, counted));
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return [...groups.values()];
      after = Number(last.id);
    }
  }

  /** Of messages that this module sent; those of the WhatsApp Business app are free, and Meta does not count them. */
  #query(counted: CountedMessages): SelectQueryBuilder<MessageEntity> {
    const { from, workspaceId, template, isOpen } = counted;
    const query = this.messages.createQueryBuilder('message');
    if ('onTheWayFrom' in from) {
      query.where('message.lapsesAt IS NOT NULL AND message.phoneNumberId = :onTheWayFrom', from);
    } else if ('bulkSendId' in from) {
      query.where('message.bulkSendId = :bulkSendId AND message.seq BETWEEN :fromSeq AND :toSeq', from);
    } else {
      const slice = 'message.sentAt >= :sentFrom AND message.sentAt < :sentBefore';
      query.where(`message.phoneNumberId = :phoneNumberId AND ${slice}`, from);
    }
    if (template !== undefined) query.andWhere('message.templateName = :template', { template });
    query
      .andWhere('message.workspaceId = :workspaceId', { workspaceId })
      .andWhere("message.direction = 'outbound' AND message.attempt > 0");
    if (isOpen) return query.andWhere(`message.status IN (${'onTheWayFrom' in from ? ON_THE_WAY : OPEN})`);
    const { deliveredFrom, deliveredBefore } = counted;
    return query
      .andWhere("message.status IN ('delivered', 'read', 'played')")
      .andWhere(`${DELIVERED_AT} >= :deliveredFrom AND ${DELIVERED_AT} < :deliveredBefore`, {
        deliveredFrom,
        deliveredBefore,
      });
  }
}

const ON_THE_WAY = "'sending', 'unconfirmed'";

const OPEN = `'sent', ${ON_THE_WAY}`;

export const CHARGED = 'regular';
export const FREE = 'free';
export const UNKNOWN_CATEGORY = 'unknown';

const HAS_PRICE =
  '(message.pricingType IS NOT NULL OR message.pricingBillable IS NOT NULL OR message.pricingCategory IS NOT NULL)';

interface RawGroup {
  readonly cost_period: string | number;
  readonly cost_category: string | null;
  readonly cost_country: string | null;
  readonly cost_type: string | null;
  readonly cost_billable: boolean | number | null;
  readonly cost_template?: string | null;
  readonly cost_bulk_send?: string | null;
  readonly cost_messages: string | number;
}

const hasPrice = (row: RawGroup): boolean =>
  row.cost_category !== null || row.cost_type !== null || row.cost_billable !== null;

const groupOfRow = (row: RawGroup): CountedGroup => ({
  period: Number(row.cost_period),
  template: row.cost_template ?? null,
  bulkSendId: row.cost_bulk_send ?? null,
  category: row.cost_category ?? UNKNOWN_CATEGORY,
  country: row.cost_country,
  type: row.cost_type ?? (isFalse(row.cost_billable) ? FREE : CHARGED),
  isEstimate: false,
  messages: Number(row.cost_messages),
});

type UnpricedRow = Pick<
  MessageEntity,
  'type' | 'templateCategory' | 'recipientPhone' | 'userId' | 'pricingCountry' | 'templateName' | 'bulkSendId'
> & { readonly id: string | number; readonly deliveredAt: string | number };

/** SQL for the number of cuts that a message was delivered after. */
function periodOf(cuts: readonly number[]): string {
  if (cuts.length === 0) return 'CASE WHEN message.id > 0 THEN 0 ELSE 0 END';
  const cases = cuts.map((cut, index) => `WHEN ${DELIVERED_AT} < ${cut} THEN ${index}`);
  return `CASE ${cases.join(' ')} ELSE ${cuts.length} END`;
}

const isFalse = (value: boolean | number | null): boolean => value === false || value === 0;

function groupOf(row: UnpricedRow, { cuts, byTemplate, byBulkSend }: CountedMessages): CountedGroup {
  const deliveredAt = Number(row.deliveredAt);
  const period = cuts.findIndex((cut) => deliveredAt < cut);
  return {
    period: period === -1 ? cuts.length : period,
    template: byTemplate ? row.templateName : null,
    bulkSendId: byBulkSend ? row.bulkSendId : null,
    category: expectedCategory(row),
    country: row.pricingCountry ?? countryOfRecipient(row),
    type: CHARGED,
    isEstimate: true,
    messages: 1,
  };
}

/** As what Meta will charge a message, by what is known before it says so. */
export const expectedCategory = ({ templateCategory }: Pick<MessageEntity, 'templateCategory'>): string =>
  templateCategory?.toLowerCase() ?? 'service';

function addTo(groups: Map<string, CountedGroup>, group: CountedGroup): void {
  const key = JSON.stringify({ ...group, messages: 0 });
  const known = groups.get(key);
  groups.set(key, { ...group, messages: group.messages + (known?.messages ?? 0) });
}
