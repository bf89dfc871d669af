import { Inject, Injectable } from '@nestjs/common';
import { IsNull, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { BULK_OPTIONS, type BulkOptions } from '../../bulk/bulk.options.js';
import { QUEUE_REDIS, type QueueRedis } from '../../queue/queue-redis.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import type { Portfolio } from '../../messages/portfolio.js';
import { RecipientBudget } from '../../messages/recipient-budget.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { throughputOf } from '../../pacing/throughput.js';
import type { Sample } from './gauges.js';

/** Phone numbers, the oldest ones, whose pace is told: each is one question to Redis. */
const MOST_NUMBERS = 1_000;

/** Portfolios whose budget is told: each is one count in an index, of no more people than its limit. */
const MOST_PORTFOLIOS = 100;

/** How fast numbers may send, and how much of messaging limits is used. */
@Injectable()
export class NumberSamples {
  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly numbers: Repository<PhoneNumberEntity>,
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @Inject(PACER) private readonly pacer: Pacer,
    @Inject(QUEUE_REDIS) private readonly redis: QueueRedis | undefined,
    private readonly budget: RecipientBudget,
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

  async budgets(): Promise<Sample[]> {
    const portfolios = new Map<string, Portfolio>();
    for (const { messagingLimit, account } of await this.#numbers()) {
      const portfolio = account && this.budget.portfolioOf({ messagingLimit, account });
      if (portfolio && portfolio.limit !== null) portfolios.set(portfolio.id, portfolio);
    }
    const samples: Sample[] = [];
    for (const portfolio of [...portfolios.values()].slice(0, MOST_PORTFOLIOS)) {
      const { limit, used } = await this.budget.usage(portfolio);
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
