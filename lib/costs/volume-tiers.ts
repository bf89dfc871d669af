import { Injectable } from '@nestjs/common';
import { In, MoreThan, MoreThanOrEqual, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { truncateForColumn } from '../store/columns.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { categoryKey, type RateCard, tierFromOf } from './rate-card.js';
import { VolumeTierEntity } from './volume-tier.entity.js';

/** A volume tier as Meta reports it. */
export type ReportedTier = Omit<VolumeTierEntity, 'accountId'>;

/** The volume tiers that Meta reported, which lower the price of utility and authentication messages for the rest of a month. */
@Injectable()
export class VolumeTiers {
  constructor(
    @InjectWhatsAppRepository(VolumeTierEntity) private readonly tiers: Repository<VolumeTierEntity>,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
  ) {}

  /** Meta may report the same tier several times: the earliest moment counts. */
  async note(accountId: number, { tierUpdateTime, ...reported }: ReportedTier): Promise<void> {
    const key = {
      accountId,
      effectiveMonth: truncateForColumn(reported.effectiveMonth, 7),
      pricingCategory: truncateForColumn(reported.pricingCategory, 64),
      region: truncateForColumn(reported.region, 64),
      tier: truncateForColumn(reported.tier, 32),
    };
    try {
      await this.tiers.insert({ ...key, tierUpdateTime });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      await this.tiers.update({ ...key, tierUpdateTime: MoreThan(tierUpdateTime) }, { tierUpdateTime });
    }
  }

  /** Those of an account from a month on: a business portfolio has them together. @param fromMonth such as `2026-11` */
  async of(account: Pick<BusinessAccountEntity, 'id' | 'ownerBusinessId'>, fromMonth: string): Promise<ReachedTiers> {
    const { id, ownerBusinessId } = account;
    const owned = ownerBusinessId === null ? [] : await this.accounts.findBy({ ownerBusinessId });
    const accountId = In([...new Set([id, ...owned.map((other) => other.id)])]);
    return new ReachedTiers(await this.tiers.findBy({ accountId, effectiveMonth: MoreThanOrEqual(fromMonth) }));
  }
}

/** The volume tiers of one business portfolio. */
export class ReachedTiers {
  constructor(private readonly tiers: readonly VolumeTierEntity[]) {}

  /** The moments at which a price changes, in epoch milliseconds. */
  get moments(): number[] {
    return this.tiers.map(({ tierUpdateTime }) => tierUpdateTime.getTime());
  }

  /** The first message of the tier that a message belongs to; 0 where Meta has reported none. */
  tierFrom({ at, month, category, country }: PricedMoment, rateCard: RateCard): number {
    let reached = 0;
    for (const { effectiveMonth, pricingCategory, region, tier, tierUpdateTime } of this.tiers) {
      if (effectiveMonth !== month || tierUpdateTime.getTime() > at) continue;
      if (categoryKey(pricingCategory) !== categoryKey(category) || !rateCard.isIn(region, country)) continue;
      reached = Math.max(reached, tierFromOf(tier));
    }
    return reached;
  }
}

/** What the tier of a message depends on. */
export interface PricedMoment {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly month: string;
  readonly category: string;
  readonly country: string | null;
}
