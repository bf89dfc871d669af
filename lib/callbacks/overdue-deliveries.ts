import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, LessThanOrEqual, Repository } from 'typeorm';
import { WHATSAPP_DATA_SOURCE } from '../database/data-source.provider.js';
import { oneOf } from '../database/one-of.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { retryOnDeadlock } from '../database/retry-on-deadlock.js';
import { patienceOf } from './callback-back-off.js';
import { CallbackDeliveryEntity } from './callback-delivery.entity.js';
import type { CallbackTarget } from './callback-targets.js';
import { CALLBACK_OPTIONS, type CallbackOptions } from './callbacks.options.js';

/** Rows in one statement. */
const AT_ONCE = 500;

/** Gives deliveries up that a target, which has not answered all the while, let wait too long: few of them are ever tried. */
@Injectable()
export class OverdueDeliveries {
  constructor(
    @Inject(CALLBACK_OPTIONS) private readonly options: CallbackOptions,
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
  ) {}

  /** @param isEnding whether to stop at the next occasion */
  async giveUp({ workspaceId, failingSince }: CallbackTarget, isEnding: () => boolean): Promise<void> {
    const longAgo = new Date(Date.now() - patienceOf(this.options.callbackRetryDelays));
    if (failingSince === null || failingSince > longAgo) return;
    const overdue = { workspaceId, nextAttemptAt: LessThanOrEqual(longAgo) };
    while (!isEnding()) {
      const rows = await this.deliveries.find({
        select: { id: true },
        where: overdue,
        order: { nextAttemptAt: 'ASC' },
        take: AT_ONCE,
      });
      if (rows.length === 0) return;
      const ids = rows.map(({ id }) => id);
      const still = { id: oneOf(this.dataSource, ids), nextAttemptAt: LessThanOrEqual(longAgo) };
      await retryOnDeadlock(() =>
        this.deliveries.update(still, { status: 'failed', nextAttemptAt: null, error: UNANSWERED }),
      );
    }
  }
}

const UNANSWERED = 'The address took nothing for as long as this waited.';
