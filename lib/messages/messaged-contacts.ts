import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { type ContactDependent, ContactDependents } from '../contacts/contact-dependents.js';
import { ContactIdentityEntity } from '../contacts/contact-identity.entity.js';
import { isPhone } from '../contacts/contact-sighting.js';
import { spellingsOf } from '../contacts/phone-spellings.js';
import { inList } from '../store/in-list.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { selectEntities } from '../store/select-entities.js';
import { select, type Statements } from '../store/statement.js';
import { MessageEntity } from './message.entity.js';

/** Keeps the numbers of people to or from whom there are messages: an erasure finds these by nothing else. */
@Injectable()
export class MessagedContacts implements ContactDependent {
  constructor(
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
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
