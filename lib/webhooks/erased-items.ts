import { Injectable } from '@nestjs/common';
import { Not, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { type ContactDependent, ContactDependents, type ErasedPerson } from '../contacts/contact-dependents.js';
import { isPhone } from '../contacts/person-seen.js';
import { spellingsOf } from '../contacts/phone-spellings.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { FailedItems } from './failed-items.js';
import { fromStored } from './stored-item.js';
import type { WebhookItemEntity } from './webhook-item.entity.js';

/** Rows looked at in one statement. */
const AT_ONCE = 100;

/** Removes what webhooks told of people who are erased, and could not be applied. */
@Injectable()
export class ErasedItems implements ContactDependent {
  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly items: FailedItems,
    dependents: ContactDependents,
  ) {
    dependents.add(this);
  }

  /** Reads them all, for no index leads to what is told in them; there are few. */
  async erase({ workspaceId }: ErasedPerson, identities: readonly string[]): Promise<void> {
    const foreign = await this.accounts.findBy({ workspaceId: Not(workspaceId) });
    const foreignIds = new Set(foreign.map(({ businessAccountId }) => businessAccountId));
    const spellings = identities.flatMap((identity) => (isPhone(identity) ? spellingsOf(identity) : [identity]));
    const inJson = spellings.map((spelling) => JSON.stringify(spelling));
    let page = await this.items.after(0, AT_ONCE);
    for (let last = page.at(-1); last; last = page.at(-1)) {
      for (const row of page) {
        const text = textOf(row);
        const isOwn = !foreignIds.has(row.businessAccountId);
        if (isOwn && inJson.some((identity) => text.includes(identity))) await this.items.remove(row);
      }
      page = await this.items.after(last.id, AT_ONCE);
    }
  }
}

function textOf({ item }: WebhookItemEntity): string {
  const whole = fromStored(item);
  return whole ? JSON.stringify(whole) : item;
}
