import { MessageEntity } from 'nestjs-whatsapp';
import type { DataSource } from 'typeorm';
import { BusinessAccountEntity } from '../../lib/accounts/business-account.entity.js';
import { PhoneNumberEntity } from '../../lib/accounts/phone-number.entity.js';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { People } from '../../lib/contacts/people.js';
import { LimitEntryEntity } from '../../lib/messages/limit-entry.entity.js';
import { CountedPortfolioEntity } from '../../lib/messages/counted-portfolio.entity.js';
import type { ReservedRecipients } from '../../lib/messages/limit-entries.js';
import type { Portfolio } from '../../lib/messages/portfolio.js';
import { MessagingLimits } from '../../lib/messages/messaging-limits.js';
import { ServiceWindows } from '../../lib/messages/service-windows.js';
import { WorkspaceEntity } from '../../lib/accounts/workspace.entity.js';
import { newMessage } from '../store/new-message.js';

/** Under which of an Argentine mobile number's spellings a person is counted: the one without the 9. */
export const countedAs = (digits: string): string => digits.replace(/^549/, '54');

export const DAY_MS = 24 * 60 * 60 * 1000;
export const HOUR_MS = 60 * 60 * 1000;
export const MINUTE_MS = 60 * 1000;

/** What tests set the time by, and all limits of a test go by. */
export interface Clock {
  now: number;
}

/** A process's limits that goes by the test's clock. */
export class MessagingLimitsOfTest extends MessagingLimits {
  readonly #clock: Clock;

  constructor(dataSource: DataSource, clock: Clock) {
    const known = new People(dataSource.getRepository(ContactIdentityEntity));
    super(dataSource, new ServiceWindows(dataSource.getRepository(MessageEntity)), known);
    this.#clock = clock;
  }

  protected override now(): Date {
    return new Date(this.#clock.now);
  }
}

/** A portfolio that Meta says may reach so many people. */
export function portfolio(limit: number | null, ownerBusinessId = 'b-1'): Portfolio {
  const tier = limit === null ? 'TIER_UNLIMITED' : `TIER_${limit}`;
  return { id: `business:${ownerBusinessId}`, tier, limit, accounts: { ownerBusinessId } };
}

/** Numbers of so many people; `from` tells one crowd from another. */
export const people = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => String(5_491_100_000_000 + from + index));

export const at = (time: number): Date => new Date(time);

/** Who of a grant is allowed, has a place reserved by it, and is inside the service window. */
export const inSets = ({ allowed, reserved, inWindow }: ReservedRecipients): string[][] =>
  [allowed, reserved, inWindow].map((set) => [...set]);

/** Rows of the tables that a limits reads. */
export class BudgetRows {
  #lastMessageId = 0;

  constructor(readonly dataSource: DataSource) {}

  /** Adds an account with one number. */
  async addAccount(fields: { businessAccountId: string; ownerBusinessId: string | null; phoneNumberId: string }) {
    const { phoneNumberId, ...account } = fields;
    const createdAt = new Date();
    const workspaces = this.dataSource.getRepository(WorkspaceEntity);
    await workspaces.upsert({ name: 'default', createdAt }, ['name']);
    const { id: workspaceId } = await workspaces.findOneByOrFail({ name: 'default' });
    const accounts = this.dataSource.getRepository(BusinessAccountEntity);
    const { id: accountId } = await accounts.save({ ...account, workspaceId, createdAt });
    await this.dataSource
      .getRepository(PhoneNumberEntity)
      .insert({ phoneNumberId, accountId, isOnBizApp: false, createdAt });
  }

  async addMessages(messages: readonly Partial<MessageEntity>[]): Promise<void> {
    const rows = messages.map((message) => newMessage({ id: ++this.#lastMessageId, ...message }));
    await this.dataSource.getRepository(MessageEntity).insert(rows);
  }

  /** Who is entered, with the time that they were counted last. */
  async entries(): Promise<Record<string, number>> {
    const entries = await this.dataSource.getRepository(LimitEntryEntity).find({ order: { recipient: 'ASC' } });
    return Object.fromEntries(entries.map(({ recipient, countedAt }) => [recipient, countedAt.getTime()]));
  }

  limits(): Promise<CountedPortfolioEntity[]> {
    return this.dataSource.getRepository(CountedPortfolioEntity).find();
  }

  async clear(): Promise<void> {
    const { dataSource } = this;
    for (const entity of [LimitEntryEntity, CountedPortfolioEntity, MessageEntity])
      await dataSource.getRepository(entity).clear();
    for (const entity of [PhoneNumberEntity, BusinessAccountEntity]) {
      await dataSource.createQueryBuilder().delete().from(entity).execute();
    }
  }
}
