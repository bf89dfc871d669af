import { Inject, Injectable } from '@nestjs/common';
import { IsNull, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { hasAccount } from '../accounts/phone-numbers.js';
import { BudgetLedger } from '../costs/budget-ledger.js';
import { Budgets } from '../costs/budgets.js';
import { COSTS_OPTIONS, type CostsOptions } from '../costs/costs.options.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import { BulkChunks } from './dispatch/chunks.js';
import { BulkLifecycle, PAUSED_FOR_BUDGET } from './lifecycle.js';

/** Resumes bulk sends for which a budget suffices again: it was raised, a month began, or messages cost less than was taken. */
@Injectable()
export class BudgetPauses {
  constructor(
    @Inject(COSTS_OPTIONS) private readonly options: CostsOptions,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    private readonly ledger: BudgetLedger,
    private readonly budgets: Budgets,
    private readonly lifecycle: BulkLifecycle,
    private readonly chunks: BulkChunks,
  ) {}

  async resumeFunded(): Promise<void> {
    if (!this.options.isConfigured) return;
    for (const bulkSend of await this.bulkSends.findBy(PAUSED_FOR_BUDGET)) {
      if (!(await this.#hasRoom(bulkSend))) continue;
      if (await this.lifecycle.resumeWithBudget(bulkSend)) await this.chunks.makeDue(bulkSend.id);
    }
  }

  async recount(): Promise<void> {
    if (this.options.isConfigured) await this.ledger.recount();
  }

  /** One without a number is resumed, too: then it is paused for that. */
  async #hasRoom({ id, workspaceId, phoneNumberId, accountId }: BulkSendEntity): Promise<boolean> {
    const found = await this.phoneNumbers.find({
      where: { phoneNumberId, accountId, removedAt: IsNull() },
      relations: { account: true },
    });
    const phoneNumber = found.find(hasAccount);
    return !phoneNumber || this.budgets.hasRoom({ bulkSendId: id, workspaceId, phoneNumber });
  }
}
