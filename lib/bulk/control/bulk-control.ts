import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { TemplateSync } from '../../templates/template-sync.js';
import { BulkChunks } from '../bulk-chunks.js';
import type { BulkSendEntity } from '../bulk-send.entity.js';
import { BulkLifecycle } from '../lifecycle.js';
import { CancelledMessages } from '../sweeps/cancelled-messages.js';

/** Milliseconds that `cancel` takes to write down what it means for the messages; the rest is done in the background. */
const SETTLED_IN_MS = 500;

/** Pauses, resumes and cancels bulk sends when a person asks for it. */
@Injectable()
export class BulkControl {
  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly templates: TemplateSync,
    private readonly pauses: SendingPauses,
    private readonly chunks: BulkChunks,
    private readonly cancelled: CancelledMessages,
    private readonly lifecycle: BulkLifecycle,
  ) {}

  /** @throws BulkSendStateError when it has ended */
  pause({ id }: BulkSendEntity): Promise<void> {
    return this.lifecycle.pause(id);
  }

  /**
   * Also ends what keeps its number or account from sending: a person says so.
   * @throws BulkSendStateError when it has ended
   */
  async resume(bulkSend: BulkSendEntity): Promise<void> {
    const { id, accountId, phoneNumberId, waitingReason, templateName } = bulkSend;
    const account = await this.accounts.findOneBy({ id: accountId });
    // First of all: with the status that is known, the next chunk would pause it again.
    if (account && waitingReason === 'template_paused') await this.#lookUpTemplate(account, templateName);
    await this.lifecycle.resume(bulkSend);
    await this.pauses.resume('number', phoneNumberId);
    if (account) await this.pauses.resume('account', account.businessAccountId);
    await this.chunks.hurry(id);
  }

  /**
   * What was not sent yet fails as `CANCELLED`.
   * @throws BulkSendStateError when it has ended
   */
  async cancel({ id }: BulkSendEntity): Promise<void> {
    await this.lifecycle.cancel(id);
    await this.cancelled.settle(id, performance.now() + SETTLED_IN_MS);
  }

  /** One that was paused may be approved again; with Meta out of reach it stays as it was last seen. */
  async #lookUpTemplate(account: BusinessAccountEntity, name: string): Promise<void> {
    await this.templates.refresh(account, name).catch(() => undefined);
  }
}
