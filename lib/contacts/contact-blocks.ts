import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import { ContactDirectory } from './contact-directory.js';
import { ContactEntity } from './contact.entity.js';
import type { BlockedContact } from './contacts.inputs.js';
import { type PersonSeen, phoneOf, userIdOf } from './person-seen.js';
import { toE164 } from './phone-number.js';

/** Who is blocked: at Meta, so that the number hears nothing of them, and here, so that nothing is sent to them. */
@Injectable()
export class ContactBlocks {
  constructor(
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    private readonly directory: ContactDirectory,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
  ) {}

  /** @param reason for people; null takes the block back */
  async set(
    workspaceId: number,
    person: PersonSeen,
    phoneNumberId: string | undefined,
    block: Pick<ContactEntity, 'blockedAt' | 'blockReason'>,
  ): Promise<BlockedContact> {
    const number = await this.phoneNumbers.find(workspaceId, phoneNumberId);
    const phone = phoneOf(person);
    const call = {
      credential: await this.credentials.of(number.account.businessAccountId),
      body: {
        messaging_product: 'whatsapp',
        block_users: [{ user: phone === undefined ? userIdOf(person) : toE164(phone) }],
      },
    };
    const path = [number.phoneNumberId, 'block_users'];
    const metaResponse = block.blockedAt
      ? await this.graph.post<object>(path, call)
      : await this.graph.delete<object>(path, call);
    const [contact] = await this.directory.ensure(workspaceId, [person]);
    if (!contact) throw new Error('The contact is gone.');
    const change = { ...block, updatedAt: new Date() };
    await this.contacts.update({ id: contact.id }, change);
    return { contact: Object.assign(contact, change), metaResponse };
  }
}
