import { Injectable } from '@nestjs/common';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { truncateForColumn } from '../store/columns.js';
import { ValidationError } from '../errors.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { JsonObject } from '../graph/json.js';
import { ContactRows } from './contact-rows.js';
import type { ContactEntity } from './contact.entity.js';
import { viewOfContact } from './contact.view.js';
import type { BlockedContact } from './contacts.inputs.js';
import { isParentUserId, type ReportedContact, phoneOf, userIdOf } from './reported-contact.js';
import { toE164 } from './phone-number.js';
import { ContactDirectory, ReportedContacts } from './contact-directory.js';

/** Characters of a reason that are worth keeping. */
const LONGEST_REASON = 5_000;

/** Who is blocked: at Meta, so that the number hears nothing of them, and here, so that nothing is sent to them. */
@Injectable()
export class ContactBlocks {
  constructor(
    private readonly rows: ContactRows,
    private readonly seen: ReportedContacts,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
  ) {}

  /** @param reason for people; null takes the block back */
  async set(
    workspaceId: number,
    person: ReportedContact,
    phoneNumberId: string | undefined,
    block: Pick<ContactEntity, 'blockedAt' | 'blockReason'>,
  ): Promise<BlockedContact> {
    const number = await this.phoneNumbers.find(workspaceId, phoneNumberId);
    const phone = phoneOf(person);
    const call = {
      credential: await this.credentials.of(number.account.businessAccountId),
      body: {
        messaging_product: 'whatsapp',
        block_users: [phone === undefined ? { user_id: userIdOf(person) } : { user: toE164(phone) }],
      },
    };
    const path = [number.phoneNumberId, 'block_users'];
    const metaResponse = block.blockedAt
      ? await this.graph.post<object>(path, call)
      : await this.graph.delete<object>(path, call);
    const blockReason = truncateForColumn(block.blockReason, LONGEST_REASON);
    const blocked = { ...block, blockReason };
    const { rows } = this;
    const contact = await this.seen.change(workspaceId, [person], function* ([known]) {
      if (!known) throw new Error('The contact is gone.');
      yield* rows.update([{ id: known.id, ...blocked }]);
      return Object.assign(known, blocked);
    });
    return { contact: viewOfContact(contact), metaResponse };
  }
}

/** Meta's contact book of a business portfolio: of the people in it, webhooks have the number, too. */
@Injectable()
export class ContactBook {
  constructor(
    private readonly directory: ContactDirectory,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
  ) {}

  /** @returns whether they were in it. @throws ValidationError when no user id of theirs is known */
  async remove(workspaceId: number, person: ReportedContact, phoneNumberId: string | undefined): Promise<boolean> {
    const named = person.userId ?? person.phone ?? '';
    const isOwnId = person.userId !== undefined && !isParentUserId(person.userId);
    const userId = isOwnId ? named : ((await this.directory.find(workspaceId, named))?.userId ?? null);
    if (userId === null) {
      const message =
        'has no business-scoped user id that is known; Meta finds people in the contact book by it alone.';
      throw new ValidationError([{ path: 'person', message }]);
    }
    const number = await this.phoneNumbers.find(workspaceId, phoneNumberId);
    const answer = await this.graph.delete<JsonObject>([number.phoneNumberId, 'contact_book'], {
      credential: await this.credentials.of(number.account.businessAccountId),
      query: { messaging_product: 'whatsapp', bsuid: userId },
    });
    return answer['deleted'] === true;
  }
}
