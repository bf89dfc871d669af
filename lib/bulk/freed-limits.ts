import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { MessagingLimits } from '../messages/messaging-limits.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import { BulkLifecycle, waitingForLimit } from './lifecycle.js';

/** Resumes bulk sends that wait for the messaging limit, when it has room before its time: Meta raised it, say. */
@Injectable()
export class FreedLimits {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    private readonly budget: MessagingLimits,
    private readonly lifecycle: BulkLifecycle,
  ) {}

  async endDeferrals(): Promise<void> {
    const bulkSends = await this.bulkSends.find({
      select: { id: true, phoneNumberId: true },
      where: waitingForLimit(),
    });
    if (bulkSends.length === 0) return;
    const numbers = await this.phoneNumbers.find({
      where: { phoneNumberId: In(bulkSends.map(({ phoneNumberId }) => phoneNumberId)) },
      relations: { account: true },
    });
    for (const { phoneNumberId, messagingLimit, account } of numbers) {
      if (!account) continue;
      const { remaining } = await this.budget.usage(this.budget.portfolioOf({ messagingLimit, account }));
      if (remaining === 0) continue;
      await this.lifecycle.endLimitDeferrals(phoneNumberId);
    }
  }
}
