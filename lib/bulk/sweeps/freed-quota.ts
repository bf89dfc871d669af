import { Injectable } from '@nestjs/common';
import { In, MoreThan, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { RecipientBudget } from '../../messages/recipient-budget.js';
import { BulkSendEntity } from '../bulk-send.entity.js';

/** Milliseconds between two looks: counting a portfolio's recipients is not for nothing. */
const INTERVAL_MS = 5_000;

/** Lets bulk sends go on that wait for the messaging limit, when it has room before its time: Meta raised it, say. */
@Injectable()
export class FreedQuota {
  #nextLook = 0;

  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    private readonly budget: RecipientBudget,
  ) {}

  async run(): Promise<void> {
    if (performance.now() < this.#nextLook) return;
    this.#nextLook = performance.now() + INTERVAL_MS;
    await this.look();
  }

  /** Looks at once. */
  async look(): Promise<void> {
    const waiting = {
      status: In(['QUEUED', 'PROCESSING']),
      waitingReason: 'quota' as const,
      waitingUntil: MoreThan(new Date()),
    };
    const bulkSends = await this.bulkSends.find({ select: { id: true, phoneNumberId: true }, where: waiting });
    if (bulkSends.length === 0) return;
    const numbers = await this.phoneNumbers.find({
      where: { phoneNumberId: In(bulkSends.map(({ phoneNumberId }) => phoneNumberId)) },
      relations: { account: true },
    });
    for (const { phoneNumberId, messagingLimit, account } of numbers) {
      if (!account) continue;
      const { remaining } = await this.budget.usage(this.budget.portfolioOf({ messagingLimit, account }));
      if (remaining === 0) continue;
      await this.bulkSends.update({ ...waiting, phoneNumberId }, { waitingUntil: new Date() });
    }
  }
}
