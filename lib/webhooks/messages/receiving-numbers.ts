import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { Repository } from 'typeorm';
import { OutageLog } from '../../store/outage-log.js';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { PhoneNumbers } from '../../accounts/phone-numbers.js';
import { Facts, type FactsOfKind } from '../../store/facts.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { throughputOf } from '../../pacing/pace-rules.js';
import type { MessageItem } from '../webhook-item.js';

export interface InboundOptions {
  /** Words by which people say that they want no marketing, such as `STOP`. */
  readonly optOutWords: readonly string[];
  /** Throughput of every phone number in messages per second, instead of what its level at Meta says. */
  readonly messagesPerSecond?: number | undefined;
}

export const INBOUND_OPTIONS = Symbol('INBOUND_OPTIONS');

/** Messages that came in longer ago than this, by Meta's clock, take no throughput any more, in ms. */
const COUNTED_FOR_MS = 10_000;

/** The business phone numbers that messages come in at. */
@Injectable()
export class ReceivingNumbers {
  /** Accounts by Meta's ids. */
  readonly #held: FactsOfKind<Pick<BusinessAccountEntity, 'workspaceId'>>;

  constructor(
    @Inject(INBOUND_OPTIONS) private readonly options: InboundOptions,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @Inject(PACER) private readonly pacer: Pacer,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly outages: OutageLog,
    facts: Facts,
  ) {
    this.#held = facts.kind();
  }

  /** Row ids of the accounts' workspaces, by Meta's id of the account. A number may be newer than what is known of it. */
  async workspacesOf(items: readonly MessageItem[]): Promise<ReadonlyMap<string, number>> {
    const workspaces = new Map<string, number>();
    for (const id of new Set(items.map(({ businessAccountId }) => businessAccountId))) {
      const account = await this.#held.get(id, () => this.#account(id));
      if (account) workspaces.set(id, account.workspaceId);
    }
    return workspaces;
  }

  async #account(businessAccountId: string): Promise<Pick<BusinessAccountEntity, 'workspaceId'> | undefined> {
    const select = { id: true, workspaceId: true };
    return (await this.accounts.findOne({ where: { businessAccountId }, select })) ?? undefined;
  }

  /** Messages that came in leave less of their numbers' throughput for what is sent. No one waits for it. */
  count(received: readonly { readonly phoneNumberId: string; readonly createdAt: Date }[]): void {
    const counted = new Map<string, number>();
    for (const { phoneNumberId, createdAt } of received) {
      if (createdAt.getTime() < Date.now() - COUNTED_FOR_MS) continue;
      counted.set(phoneNumberId, (counted.get(phoneNumberId) ?? 0) + 1);
    }
    if (counted.size === 0) return;
    this.#count(counted).catch((error: unknown) => {
      if (this.outages.covers(error)) return;
      this.logger.warn(`Messages that came in could not be counted: ${String(error)}`);
    });
  }

  async #count(counted: ReadonlyMap<string, number>): Promise<void> {
    for (const [phoneNumberId, messages] of counted) {
      const number = await this.phoneNumbers.known(phoneNumberId);
      if (!number) continue;
      await this.pacer.count(
        { phoneNumberId, throughput: throughputOf(number, this.options.messagesPerSecond) },
        messages,
      );
    }
  }
}
