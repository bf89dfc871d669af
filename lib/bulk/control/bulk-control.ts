import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { retryOnDeadlock } from '../../store/retry-on-deadlock.js';
import { TemplateSync } from '../../templates/template-sync.js';
import { BulkChunks } from '../bulk-chunks.js';
import { BulkLog } from '../bulk-log.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import type { BulkSendStatus } from '../bulk-send.js';
import { BulkSendStateError } from '../bulk.errors.js';
import { CancelledMessages } from '../sweeps/cancelled-messages.js';
import { resumedState, NOTHING_WAITS } from './resumed-state.js';

const UNDER_WAY: BulkSendStatus[] = ['SCHEDULED', 'QUEUED', 'PROCESSING'];

/** Milliseconds that `cancel` takes to write down what it means for the messages; the rest is done in the background. */
const SETTLED_IN_MS = 500;

/** Stops bulk sends and lets them go on: one conditional change of the row, which every process looks at before it sends. */
@Injectable()
export class BulkControl {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly templates: TemplateSync,
    private readonly pauses: SendingPauses,
    private readonly chunks: BulkChunks,
    private readonly cancelled: CancelledMessages,
    private readonly log: BulkLog,
  ) {}

  /** @throws BulkSendStateError when it has ended */
  async pause({ id }: BulkSendEntity): Promise<void> {
    const paused = { status: 'PAUSED' as const, waitingReason: 'paused' as const, waitingUntil: null };
    const waitingMessage = 'Paused by request.';
    await this.#change(id, [...UNDER_WAY, 'PAUSED'], { ...paused, waitingMessage }, 'paused');
    this.log.isPaused(id, waitingMessage, 'log');
  }

  /**
   * Also ends what keeps its number or account from sending: a person says so.
   * @throws BulkSendStateError when it has ended
   */
  async resume(bulkSend: BulkSendEntity): Promise<void> {
    const { id, accountId, phoneNumberId, waitingReason, templateName } = bulkSend;
    const account = await this.accounts.findOneBy({ id: accountId });
    // First of all, for with the status that is known whoever sends next would pause it again.
    if (account && waitingReason === 'template_paused') await this.#lookUpTemplate(account, templateName);
    await this.#change(id, ['PAUSED', 'QUEUED', 'PROCESSING'], resumedState(bulkSend), 'resumed');
    this.log.goesOn(id);
    await this.pauses.resume('number', phoneNumberId);
    if (account) await this.pauses.resume('account', account.businessAccountId);
    await this.chunks.hurry(id);
  }

  /**
   * What was not sent yet fails as `CANCELLED`.
   * @throws BulkSendStateError when it has ended
   */
  async cancel({ id }: BulkSendEntity): Promise<void> {
    await this.#change(
      id,
      [...UNDER_WAY, 'PAUSED', 'CANCELLED'],
      { status: 'CANCELLED', ...NOTHING_WAITS },
      'cancelled',
    );
    await this.cancelled.settle(id, performance.now() + SETTLED_IN_MS);
  }

  /** One that was paused may be approved again; with Meta out of reach it stays as it was last seen. */
  async #lookUpTemplate(account: BusinessAccountEntity, name: string): Promise<void> {
    await this.templates.refresh(account, name).catch(() => undefined);
  }

  async #change(
    id: string,
    from: readonly BulkSendStatus[],
    change: Parameters<Repository<BulkSendEntity>['update']>[1],
    verb: string,
  ): Promise<void> {
    const { affected } = await retryOnDeadlock(() => this.bulkSends.update({ id, status: In([...from]) }, change));
    if (affected === 1) return;
    const { status } = await this.bulkSends.findOneByOrFail({ id });
    throw new BulkSendStateError(`The bulk send is ${status}; it cannot be ${verb} any more.`);
  }
}
