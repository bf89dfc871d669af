import { Inject, Injectable } from '@nestjs/common';
import { INSTALLATION_ID } from '../../store/data-source.provider.js';
import { Probe } from '../probe.js';
import type { GaugeSource, Sample } from './module-metrics.js';
import { IsNull, Repository, In, MoreThan } from 'typeorm';
import { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { BULK_OPTIONS, type BulkOptions } from '../../bulk/bulk.options.js';
import { QUEUE_REDIS, type QueueRedis } from '../../queue/queue.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import type { Portfolio } from '../../messages/portfolio.js';
import { MessagingLimits } from '../../messages/messaging-limits.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { throughputOf } from '../../pacing/pace-rules.js';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { BulkSendEntity } from '../../bulk/bulk-send.entity.js';
import { CallbackDeliveryEntity } from '../../callbacks/callback-delivery.entity.js';
import { CallbackEntity } from '../../callbacks/callback.entity.js';
import { inList } from '../../store/dialect.js';

/** Those of a bulk send that has not ended. */
const UNENDED = ['SCHEDULED', 'QUEUED', 'PROCESSING', 'PAUSED'] as const satisfies readonly BulkSendEntity['status'][];

const EPOCH = new Date(0);

/** What waits. */
@Injectable()
export class QueueSamples {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(CallbackEntity) private readonly callbacks: Repository<CallbackEntity>,
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
    private readonly pauses: SendingPauses,
  ) {}

  /** From the counters of the bulk sends: no message is looked at. */
  async bulk(): Promise<Sample[]> {
    const rows: BulkRow[] = await this.bulkSends
      .createQueryBuilder('bulk')
      .select('bulk.status', 'status')
      .addSelect('COUNT(*)', 'count')
      .addSelect('SUM(bulk.uniqueRecipients - bulk.sentCount - bulk.failedCount - bulk.unconfirmedCount)', 'pending')
      .where({ status: In([...UNENDED]) })
      .groupBy('bulk.status')
      .getRawMany();
    return UNENDED.flatMap((status): Sample[] => {
      const row = rows.find((candidate) => candidate.status === status);
      const labels = { status: status.toLowerCase() };
      return [
        { gauge: 'bulk_sends', labels, value: Number(row?.count ?? 0) },
        { gauge: 'bulk_pending_messages', labels, value: Number(row?.pending ?? 0) },
      ];
    });
  }

  async paused(): Promise<Sample[]> {
    const pauses = await this.pauses.list();
    return (['number', 'account'] as const).map((scope) => {
      const value = pauses.filter((pause) => pause.scope === scope).length;
      return { gauge: 'sending_pauses', labels: { scope }, value };
    });
  }

  async callbacksPending(): Promise<Sample[]> {
    const workspaces = await this.callbacks.find({ select: { workspaceId: true } });
    // By workspace and time, as the index has them: those that are done have no time.
    const workspaceId = inList(
      this.callbacks,
      workspaces.map((callback) => callback.workspaceId),
    );
    const value = await this.deliveries.countBy({ workspaceId, nextAttemptAt: MoreThan(EPOCH) });
    return [{ gauge: 'callbacks_pending', labels: {}, value }];
  }
}

interface BulkRow {
  readonly status: string;
  readonly count: string | number;
  readonly pending: string | number | null;
}

/** Phone numbers, the oldest ones, with a gauge of their pace: each is one question to Redis. */
const MOST_NUMBERS = 1_000;

/** Portfolios that report how much of their limit is used: each is one count in an index, of no more people than its limit. */
const MOST_PORTFOLIOS = 100;

/** How fast numbers may send, and how much of messaging limits is used. */
@Injectable()
export class NumberSamples {
  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly numbers: Repository<PhoneNumberEntity>,
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @Inject(PACER) private readonly pacer: Pacer,
    @Inject(QUEUE_REDIS) private readonly redis: QueueRedis | undefined,
    private readonly messagingLimits: MessagingLimits,
  ) {}

  async paces(): Promise<Sample[]> {
    // While Redis is away, one question waits for it, not one for each number.
    await this.redis?.ping();
    const numbers = await this.#numbers();
    const samples = numbers.map(async (number): Promise<Sample[]> => {
      const { phoneNumberId } = number;
      const throughput = throughputOf(number, this.options.messagesPerSecond);
      const labels = { phone_number_id: phoneNumberId };
      const pace = await this.pacer.paceOf({ phoneNumberId, throughput });
      return [
        { gauge: 'pace_limit_messages_per_second', labels, value: throughput },
        { gauge: 'pace_messages_per_second', labels, value: pace },
      ];
    });
    return (await Promise.all(samples)).flat();
  }

  async limitUsage(): Promise<Sample[]> {
    const portfolios = new Map<string, Portfolio>();
    for (const { messagingLimit, account } of await this.#numbers()) {
      const portfolio = account && this.messagingLimits.portfolioOf({ messagingLimit, account });
      if (portfolio && portfolio.limit !== null) portfolios.set(portfolio.id, portfolio);
    }
    const samples: Sample[] = [];
    for (const portfolio of [...portfolios.values()].slice(0, MOST_PORTFOLIOS)) {
      const { limit, used } = await this.messagingLimits.usage(portfolio);
      const labels = { portfolio: portfolio.id };
      samples.push({ gauge: 'budget_used_recipients', labels, value: used });
      if (limit !== null) samples.push({ gauge: 'budget_limit_recipients', labels, value: limit });
    }
    return samples;
  }

  #numbers(): Promise<PhoneNumberEntity[]> {
    return this.numbers.find({
      where: { removedAt: IsNull() },
      relations: { account: true },
      order: { id: 'ASC' },
      take: MOST_NUMBERS,
    });
  }
}

type Part = Probe<readonly Sample[] | undefined>;

const QUICK = { freshFor: 5_000, patience: 3_000, otherwise: undefined };

/** A large portfolio is a large count. */
const SLOW = { ...QUICK, freshFor: 30_000 };

/** The gauges of this module: read when someone scrapes, each part at most every few seconds and by itself. */
@Injectable()
export class ModuleGauges implements GaugeSource {
  readonly #parts: ReadonlyMap<string, Part>;

  constructor(
    @Inject(INSTALLATION_ID) readonly installationId: string,
    numbers: NumberSamples,
    queues: QueueSamples,
  ) {
    this.#parts = new Map<string, Part>([
      ['pace', new Probe(() => numbers.paces(), QUICK)],
      ['budget', new Probe(() => numbers.limitUsage(), SLOW)],
      ['bulk', new Probe(() => queues.bulk(), QUICK)],
      ['pauses', new Probe(() => queues.paused(), QUICK)],
      ['callbacks', new Probe(() => queues.callbacksPending(), QUICK)],
    ]);
  }

  async read(): Promise<readonly Sample[]> {
    const read = [...this.#parts].map(async ([part, probe]): Promise<readonly Sample[]> => {
      const samples = await probe.result();
      return [...(samples ?? []), { gauge: 'unread_parts', labels: { part }, value: samples ? 0 : 1 }];
    });
    return (await Promise.all(read)).flat();
  }
}
