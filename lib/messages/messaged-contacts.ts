import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { type ContactDependent, ContactDependents, type ErasedPerson } from '../contacts/contact-dependents.js';
import { ContactIdentityEntity } from '../contacts/contact-identity.entity.js';
import { isPhone, spellingsOf } from '../contacts/reported-contact.js';
import { within } from '../contacts/contact-plan.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { selectEntities, select, type Statements } from '../store/statement.js';
import { MessageRepository } from './message-repository.js';
import { MessageEntity } from './message.entity.js';

/** Keeps the numbers of contacts that have messages, for an erasure finds these by nothing else; and erases people from them. */
@Injectable()
export class MessagedContacts implements ContactDependent {
  constructor(
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly repository: MessageRepository,
    dependents: ContactDependents,
  ) {
    dependents.add(this);
  }

  *needs(contactId: number): Statements<boolean> {
    const rows = yield* selectEntities(this.identities, { contactId });
    const identities = rows.map(({ identity }) => identity);
    const phones = identities.filter(isPhone).flatMap(spellingsOf);
    const userIds = identities.filter((identity) => !isPhone(identity));
    const phoneNumberId = inList(this.messages, yield* this.#phoneNumberIds(rows[0]?.workspaceId ?? 0));
    return (
      (phones.length > 0 && (yield* this.#isAny({ phoneNumberId, recipientPhone: inList(this.messages, phones) }))) ||
      (userIds.length > 0 && (yield* this.#isAny({ phoneNumberId, userId: inList(this.messages, userIds) })))
    );
  }

  async erase({ workspaceId, times }: ErasedPerson): Promise<void> {
    for await (const phoneNumberId of this.#everyPhoneNumberId()) {
      for (const { identity, ...time } of times) {
        if (isPhone(identity)) {
          for (const recipientPhone of spellingsOf(identity)) {
            await this.repository.erase({ workspaceId, phoneNumberId, recipientPhone, createdAt: within(time) });
          }
        } else await this.repository.erase({ workspaceId, phoneNumberId, userId: identity });
      }
    }
  }

  /** Also of numbers that are gone with their account; each is one look into an index. */
  async *#everyPhoneNumberId(): AsyncGenerator<string> {
    for (let after = ''; ;) {
      const found = await this.messages
        .createQueryBuilder('message')
        .select('MIN(message.phoneNumberId)', 'next')
        .where('message.phoneNumberId > :after', { after })
        .getRawOne<{ next: string | null }>();
      if (!found || found.next === null) return;
      yield found.next;
      after = found.next;
    }
  }

  /** Also of numbers that Meta lists no more. The index of messages begins with the number, so all are named. */
  *#phoneNumberIds(workspaceId: number): Statements<string[]> {
    const query = this.phoneNumbers
      .createQueryBuilder('number')
      .select('number.phoneNumberId', 'id')
      .innerJoin('number.account', 'account')
      .where('account.workspaceId = :workspaceId', { workspaceId });
    return (yield* select<{ id: string }>(query)).map(({ id }) => id);
  }

  *#isAny(where: FindOptionsWhere<MessageEntity>): Statements<boolean> {
    const query = this.messages.createQueryBuilder('message').select('message.id', 'id').where(where).limit(1);
    return (yield* select<{ id: number }>(query, { numbers: ['id'] })).length > 0;
  }
}
