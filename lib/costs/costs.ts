import { setImmediate as nextTurn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { hasAccount, type PhoneNumberOfAccount } from '../accounts/phone-numbers.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { NotFoundError } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { MessageEntity } from '../messages/message.entity.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { assertQuery, type CostPeriod, type CostQuery, periodOf } from './cost-query.js';
import { type CostKey, CostSums } from './cost-sums.js';
import type { CostRow } from './cost.view.js';
import { COSTS_OPTIONS, type CostsOptions } from './costs.options.js';
import { type CountedGroup, type CountedMessages, DeliveredMessages } from './delivered-messages.js';
import { dayAt, monthOfDay, plusDays, plusMonths, startOfDay } from './local-days.js';
import { type Money, readMoney } from './money.js';
import { type ReachedTiers, VolumeTiers } from './volume-tiers.js';

/** Milliseconds of sending that are counted in one query. */
const SLICE_MS = 6 * 3_600_000;

/** Messages of a bulk send that are counted in one query. */
const SLICE_SEQ = 20_000;

/** Meta delivers a message for 30 days after it was sent. */
const LATEST_DELIVERY_MS = 31 * 24 * 3_600_000;

/** How long before its call is answered, by the clocks of both, Meta may have delivered a message. */
const EARLIEST_DELIVERY_MS = 5 * 60_000;

/** The clocks of no two time zones are further apart. */
const ZONES_MS = 26 * 3_600_000;

/** A number, with what the prices of its messages depend on. */
interface PricedNumber {
  readonly phoneNumber: PhoneNumberOfAccount;
  readonly currency: string;
  readonly timeZone: string;
  readonly tiers: ReachedTiers;
  readonly deliveredFrom: number;
  readonly deliveredBefore: number;
  readonly cuts: readonly number[];
}

/** Where the messages of a bulk send are. */
interface BulkBounds {
  readonly phoneNumberId: string;
  readonly createdAt: Date;
  readonly lastSeq: number;
}

type Grouping = Pick<CostQuery, 'groupBy' | 'template'>;

/** Adds up the costs of delivered messages, a slice at a time: with as little memory for a million as for ten. */
@Injectable()
export class Costs {
  constructor(
    @Inject(COSTS_OPTIONS) private readonly options: CostsOptions,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly workspaces: WorkspacesService,
    private readonly delivered: DeliveredMessages,
    private readonly tiers: VolumeTiers,
  ) {}

  /** In the order of time where they are grouped by it. @throws ValidationError, NotFoundError */
  async *rows(query: CostQuery): AsyncGenerator<CostRow, void, undefined> {
    assertQuery(query);
    const workspaceId = await this.workspaces.idOf(query.workspace);
    const sums = new CostSums(this.options.rateCard);
    yield* this.#scan(sums, workspaceId, await this.#numbers(workspaceId, query), query);
    yield* sums.take();
  }

  /** What is spent of a budget: this month's delivered messages, and by an estimate those that were sent and may still be. */
  async spentThisMonth(workspaceId: number, currency: string): Promise<Money> {
    const numbers = (await this.#numbers(workspaceId, {})).filter((number) => number.currency === currency);
    const sums = new CostSums(this.options.rateCard);
    for await (const _ of this.#scan(sums, workspaceId, numbers, {}, true));
    for (const number of numbers) {
      const from = { onTheWayFrom: number.phoneNumber.phoneNumberId };
      await this.#add(sums, number, {}, { workspaceId, from, isOpen: true });
    }
    return sumOf(sums.take());
  }

  /** Delivered messages of a number that count against its free service messages of this month. */
  async serviceMessagesThisMonth(phoneNumber: PhoneNumberOfAccount): Promise<number> {
    const { workspaceId, businessAccountId } = phoneNumber.account;
    const { timeZone } = this.options.of(businessAccountId);
    const number = await this.#priced(phoneNumber, periodOf({}, timeZone), []);
    const sums = new CostSums(this.options.rateCard);
    for await (const _ of this.#scan(sums, workspaceId, [number], {}));
    const rows = sums.take().filter(countsAsService);
    return rows.reduce((sum, { messages }) => sum + messages, 0);
  }

  /** What is spent of a bulk send's budget, whatever the month. */
  async spentOnBulkSend(bulkSendId: string, workspaceId: number): Promise<Money> {
    const bounds = await this.#boundsOf(bulkSendId, workspaceId);
    return bounds ? sumOf(await this.#rowsOfBulkSend(bulkSendId, workspaceId, bounds, true)) : 0n;
  }

  /** Adds what numbers sent, a slice at a time. @returns rows of days and months that are complete */
  async *#scan(
    sums: CostSums,
    workspaceId: number,
    numbers: readonly PricedNumber[],
    query: Grouping,
    withOpen = false,
  ): AsyncGenerator<CostRow, void, undefined> {
    const next = new Map<PricedNumber, number>();
    for (const number of numbers) await this.#goOn(next, number, number.deliveredFrom - LATEST_DELIVERY_MS);
    while (next.size > 0) {
      const from = [...next.values()].reduce((earliest, sentAt) => Math.min(earliest, sentAt));
      const sentBefore = from + SLICE_MS;
      for (const [number, sentAt] of next) {
        if (sentAt >= sentBefore) continue;
        const slice = { phoneNumberId: number.phoneNumber.phoneNumberId, sentFrom: from, sentBefore };
        await this.#add(sums, number, query, { workspaceId, from: slice });
        if (withOpen && sentBefore > number.deliveredFrom) {
          const open = { ...slice, sentFrom: Math.max(from, number.deliveredFrom) };
          await this.#add(sums, number, query, { workspaceId, from: open, isOpen: true });
        }
        await this.#goOn(next, number, sentBefore);
      }
      // What was delivered until then was also sent until then.
      const done = dayAt(sentBefore - ZONES_MS, 'UTC');
      // On SQLite nothing else would get its turn.
      await nextTurn();
      yield* sums.take(({ day, month }) => isBefore(day ?? (month && plusDays(plusMonths(month, 1), -1)), done));
    }
  }

  /** Skips what a number sent nothing in; one that sent nothing more is done. */
  async #goOn(next: Map<PricedNumber, number>, number: PricedNumber, from: number): Promise<void> {
    const sentAt = await this.delivered.nextSent(number.phoneNumber.phoneNumberId, from);
    if (sentAt !== undefined && sentAt < number.deliveredBefore + EARLIEST_DELIVERY_MS) next.set(number, sentAt);
    else next.delete(number);
  }

  /** @throws NotFoundError `BULK_SEND_NOT_FOUND` */
  async ofBulkSend(bulkSendId: string, workspace: string | undefined): Promise<CostRow[]> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const bounds = isIdentifier(bulkSendId, 36) ? await this.#boundsOf(bulkSendId, workspaceId) : undefined;
    if (!bounds) throw new NotFoundError('BULK_SEND_NOT_FOUND', `There is no bulk send ${bulkSendId}.`);
    return this.#rowsOfBulkSend(bulkSendId, workspaceId, bounds);
  }

  /** The phone number that a bulk send is sent from; undefined where there is no such bulk send. */
  async senderOf(bulkSendId: string, workspaceId: number): Promise<PhoneNumberOfAccount | undefined> {
    const bounds = isIdentifier(bulkSendId, 36) ? await this.#boundsOf(bulkSendId, workspaceId) : undefined;
    if (!bounds) return undefined;
    const { phoneNumberId } = bounds;
    const found = await this.phoneNumbers.find({ where: { phoneNumberId }, relations: { account: true } });
    return found.find(hasAccount);
  }

  async #rowsOfBulkSend(
    bulkSendId: string,
    workspaceId: number,
    { phoneNumberId, createdAt, lastSeq }: BulkBounds,
    withOpen = false,
  ): Promise<CostRow[]> {
    const found = await this.phoneNumbers.find({ where: { phoneNumberId }, relations: { account: true } });
    const phoneNumber = found.find(hasAccount);
    if (!phoneNumber) return [];
    const { timeZone } = this.options.of(phoneNumber.account.businessAccountId);
    const period = { from: dayAt(createdAt.getTime(), timeZone), to: dayAt(Date.now(), timeZone) };
    const number = await this.#priced(phoneNumber, period, []);
    const sums = new CostSums(this.options.rateCard);
    for (let fromSeq = 1; fromSeq <= lastSeq; fromSeq += SLICE_SEQ) {
      const slice = { bulkSendId, fromSeq, toSeq: fromSeq + SLICE_SEQ - 1 };
      await nextTurn();
      await this.#add(sums, number, { groupBy: ['bulkSend'] }, { workspaceId, from: slice });
      if (withOpen) await this.#add(sums, number, {}, { workspaceId, from: slice, isOpen: true });
    }
    return sums.take();
  }

  async #boundsOf(bulkSendId: string, workspaceId: number): Promise<BulkBounds | undefined> {
    const [first] = await this.messages.find({
      select: { id: true, phoneNumberId: true, createdAt: true },
      where: { bulkSendId, workspaceId, seq: 1 },
      take: 1,
    });
    if (!first) return undefined;
    const [last] = await this.messages.find({
      select: { id: true, seq: true },
      where: { bulkSendId },
      order: { seq: 'DESC' },
      take: 1,
    });
    const { phoneNumberId, createdAt } = first;
    return { phoneNumberId, createdAt, lastSeq: last?.seq ?? 1 };
  }

  async #numbers(workspaceId: number, query: CostQuery): Promise<PricedNumber[]> {
    const { phoneNumberId, businessAccountId, groupBy = [] } = query;
    const found = await this.phoneNumbers.find({
      where: {
        account: { workspaceId, ...(businessAccountId !== undefined && { businessAccountId }) },
        ...(phoneNumberId !== undefined && { phoneNumberId }),
      },
      relations: { account: true },
      order: { id: 'ASC' },
    });
    if (phoneNumberId !== undefined && found.length === 0) {
      throw new NotFoundError('PHONE_NUMBER_NOT_FOUND', `There is no phone number ${phoneNumberId}.`);
    }
    const numbers: PricedNumber[] = [];
    for (const phoneNumber of found.filter(hasAccount)) {
      const { timeZone } = this.options.of(phoneNumber.account.businessAccountId);
      numbers.push(await this.#priced(phoneNumber, periodOf(query, timeZone), groupBy));
    }
    return numbers;
  }

  async #priced(
    phoneNumber: PhoneNumberOfAccount,
    { from, to }: CostPeriod,
    groupBy: readonly string[],
  ): Promise<PricedNumber> {
    const { currency, timeZone } = this.options.of(phoneNumber.account.businessAccountId);
    const tiers = await this.tiers.of(phoneNumber.account, monthOfDay(from));
    const deliveredFrom = startOfDay(from, timeZone);
    const deliveredBefore = startOfDay(plusDays(to, 1), timeZone);
    const days = groupBy.includes('day') ? daysOf(from, to) : firstDaysOfMonths(from, to);
    const starts = [...days, ...this.options.rateCard.changeDays].map((day) => startOfDay(day, timeZone));
    const cuts = [...new Set([...starts, ...tiers.moments])].filter(
      (cut) => cut > deliveredFrom && cut < deliveredBefore,
    );
    return {
      phoneNumber,
      currency,
      timeZone,
      tiers,
      deliveredFrom,
      deliveredBefore,
      cuts: cuts.toSorted((one, other) => one - other),
    };
  }

  async #add(
    sums: CostSums,
    number: PricedNumber,
    { groupBy = [], template }: Grouping,
    slice: Pick<CountedMessages, 'workspaceId' | 'from' | 'isOpen'>,
  ): Promise<void> {
    const { deliveredFrom, deliveredBefore } = number;
    const sentFrom = 'sentFrom' in slice.from ? slice.from.sentFrom : deliveredFrom;
    // A message was hardly delivered before it was sent.
    const passed = number.cuts.filter((cut) => cut <= sentFrom - EARLIEST_DELIVERY_MS).length;
    const cuts = slice.isOpen ? [] : number.cuts.slice(passed);
    const groups = await this.delivered.count({
      ...slice,
      deliveredFrom,
      deliveredBefore,
      cuts,
      template,
      byTemplate: groupBy.includes('template'),
      byBulkSend: groupBy.includes('bulkSend'),
    });
    for (const group of groups) {
      const period = passed + group.period;
      const begin = period === 0 ? deliveredFrom : (number.cuts[period - 1] ?? deliveredFrom);
      // What is not delivered yet will cost what it does now.
      const at = slice.isOpen ? Date.now() : begin;
      this.#addGroup(sums, number, groupBy, group, at);
    }
  }

  #addGroup(
    sums: CostSums,
    { phoneNumber, timeZone, currency, tiers }: PricedNumber,
    groupBy: readonly string[],
    group: CountedGroup,
    at: number,
  ): void {
    const { category, country } = group;
    const day = dayAt(at, timeZone);
    const month = monthOfDay(day);
    const key: CostKey = {
      day: groupBy.includes('day') ? day : null,
      month: groupBy.includes('month') ? month : null,
      phoneNumberId: groupBy.includes('phoneNumber') ? phoneNumber.phoneNumberId : null,
      template: group.template,
      bulkSendId: group.bulkSendId,
      category,
      country,
      market: this.options.rateCard.marketOf(country),
      type: group.type,
      isEstimate: group.isEstimate,
      currency,
    };
    const tierFrom = tiers.tierFrom({ at, month, category, country }, this.options.rateCard);
    sums.add(key, group, { day, currency, tierFrom });
  }
}

/** Messages to single people and to groups share the free ones; those within a free entry point do not count. */
export const countsAsService = ({ category, type }: CostRow): boolean =>
  (category === 'service' || category === 'group_service') && type !== 'free_entry_point';

const sumOf = (rows: readonly CostRow[]): Money => rows.reduce((sum, { amount }) => sum + readMoney(amount), 0n);

const isBefore = (day: string | null, other: string): boolean => day !== null && day < other;

function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = from; day <= to; day = plusDays(day, 1)) days.push(day);
  return days;
}

/** The first days of the months that begin within a period. */
function firstDaysOfMonths(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = plusMonths(monthOfDay(from), 1); day <= to; day = plusMonths(monthOfDay(day), 1)) days.push(day);
  return days;
}
