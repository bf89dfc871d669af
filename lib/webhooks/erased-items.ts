import { Injectable } from '@nestjs/common';
import { Not, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { type ContactDependent, ContactDependents, type ErasedPerson } from '../contacts/contact-dependents.js';
import { isPhone, spellingsOf } from '../contacts/reported-contact.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { FailedItems } from './failed-items.js';
import { fromStored } from './webhook-item.js';
import { UnclaimedItems } from './unclaimed-items.js';

/** Rows looked at in one statement. */
const BATCH_SIZE = 100;

/** Removes webhook items about erased people that could not be applied, or are not applied yet. */
@Injectable()
export class ErasedItems implements ContactDependent {
  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly failed: FailedItems,
    private readonly unclaimed: UnclaimedItems,
    dependents: ContactDependents,
  ) {
    dependents.add(this);
  }

  /** Reads them all, for no index leads to what is in them; there are few. */
  async erase({ workspaceId }: ErasedPerson, identities: readonly string[]): Promise<void> {
    const foreign = await this.accounts.findBy({ workspaceId: Not(workspaceId) });
    const foreignIds = new Set(foreign.map(({ businessAccountId }) => businessAccountId));
    const spellings = identities.flatMap((identity) => (isPhone(identity) ? spellingsOf(identity) : [identity]));
    const inJson = spellings.map((spelling) => JSON.stringify(spelling));
    const isOf = (row: KeptItem) => {
      const text = itemText(row);
      return !foreignIds.has(row.businessAccountId) && inJson.some((identity) => text.includes(identity));
    };
    await eraseFrom(this.failed, isOf);
    await eraseFrom(this.unclaimed, isOf);
  }
}

/** A row that keeps an item of a webhook. */
interface KeptItem {
  readonly id: number;
  readonly businessAccountId: string;
  readonly item: string;
}

interface KeptItems<Row extends KeptItem> {
  after(id: number, most: number): Promise<Row[]>;
  remove(row: Row): Promise<void>;
}

async function eraseFrom<Row extends KeptItem>(items: KeptItems<Row>, isOf: (row: Row) => boolean): Promise<void> {
  let page = await items.after(0, BATCH_SIZE);
  for (let last = page.at(-1); last; last = page.at(-1)) {
    for (const row of page) if (isOf(row)) await items.remove(row);
    page = await items.after(last.id, BATCH_SIZE);
  }
}

function itemText({ item }: KeptItem): string {
  const whole = fromStored(item);
  return whole ? JSON.stringify(whole) : item;
}
