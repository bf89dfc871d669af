import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { RecipientBudget } from '../../messages/recipient-budget.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { BulkLifecycle } from '../lifecycle.js';
import { TemplatePauses } from '../template-pauses.js';
import type { SendingHold } from './message-outcome.js';
import { Persistence } from './persistence.js';
import type { SendableBulkSend } from './sending-states.js';

/** How long a bulk send rests when Meta says that the messaging limit is used up, and this module cannot tell until when. */
const QUOTA_REST = 60 * 60 * 1_000;

/** Stops what one refused call showed to be in vain: for the number, the account or the bulk send. */
@Injectable()
export class SendingHolds {
  readonly #applying = new Map<string, Promise<boolean>>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(PACER) private readonly pacer: Pacer,
    private readonly pauses: SendingPauses,
    private readonly templatePauses: TemplatePauses,
    private readonly budget: RecipientBudget,
    private readonly persistence: Persistence,
    private readonly lifecycle: BulkLifecycle,
  ) {}

  /** Messages in flight meet the same wall together: it is written down once for all that meet it at a time. */
  async apply(hold: SendingHold, state: SendableBulkSend): Promise<void> {
    const isEndless = 'until' in hold && hold.until === null;
    const key = `${hold.kind} ${String(isEndless)} ${state.bulkSend.id}`;
    const applying = this.#applying.get(key);
    if (applying) {
      await applying;
      return;
    }
    const applied =
      hold.kind === 'slow-number' ? this.#slowDown(state) : this.persistence.persist(() => this.#apply(hold, state));
    this.#applying.set(key, applied);
    try {
      await applied;
    } finally {
      this.#applying.delete(key);
    }
  }

  /** Lets a bulk send wait until the messaging limit has room again. */
  async waitForQuota({ bulkSend }: SendableBulkSend, until: Date, message: string): Promise<void> {
    await this.lifecycle.deferForLimit(bulkSend.id, until, message);
  }

  /** With Redis away nobody is sent to anyway; what is known of a message must not wait for it. */
  async #slowDown({ number }: SendableBulkSend): Promise<boolean> {
    try {
      await this.pacer.slowDown(number);
      return true;
    } catch (error) {
      this.logger.warn(`Phone number ${number.phoneNumberId} could not be slowed down: ${String(error)}`);
      return false;
    }
  }

  async #apply(hold: Exclude<SendingHold, { kind: 'slow-number' }>, state: SendableBulkSend): Promise<void> {
    const { phoneNumberId, account } = state.phoneNumber;
    switch (hold.kind) {
      case 'pause-number':
        return this.pauses.pause({ scope: 'number', subjectId: phoneNumberId, ...hold.hold, until: hold.until });
      case 'pause-account':
        return this.pauses.pause({
          scope: 'account',
          subjectId: account.businessAccountId,
          ...hold.hold,
          until: hold.until,
        });
      case 'pause-bulk-send':
        return hold.isTemplate
          ? this.templatePauses.pauseOne(state.bulkSend, hold.hold)
          : this.lifecycle.pauseOnError(state.bulkSend.id, hold.hold.message);
      case 'wait-for-quota': {
        const wait = (await this.budget.waitFor(state.portfolio, 1)) || QUOTA_REST;
        return this.waitForQuota(state, new Date(Date.now() + wait), hold.hold.message);
      }
    }
  }
}
