import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, Repository } from 'typeorm';
import { type ContactDependent, ContactDependents, type ErasedPerson } from '../contacts/contact-dependents.js';
import { isPhone } from '../contacts/contact-sighting.js';
import { within } from '../contacts/number-time.js';
import { spellingsOf } from '../contacts/phone-spellings.js';
import { inList } from '../store/in-list.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { ERASED } from './erased-message.js';
import { MessageEntity } from './message.entity.js';

/** Rows in one statement. */
const BATCH_SIZE = 500;

/** Erases people from the messages to and from them; the rows stay, so that what was counted still is what was sent. */
@Injectable()
export class ErasedMessages implements ContactDependent {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    dependents: ContactDependents,
  ) {
    dependents.add(this);
  }

  async erase({ workspaceId, times }: ErasedPerson): Promise<void> {
    for await (const phoneNumberId of this.#phoneNumberIds()) {
      for (const { identity, ...time } of times) {
        if (isPhone(identity)) {
          for (const recipientPhone of spellingsOf(identity)) {
            await this.#erase({ workspaceId, phoneNumberId, recipientPhone, createdAt: within(time) });
          }
        } else await this.#erase({ workspaceId, phoneNumberId, userId: identity });
      }
    }
  }

  async #erase(where: FindOptionsWhere<MessageEntity>): Promise<void> {
    for (;;) {
      const rows = await this.messages.find({
        select: { id: true },
        where,
        order: { createdAt: 'ASC' },
        take: BATCH_SIZE,
      });
      if (rows.length === 0) return;
      const ids = rows.map(({ id }) => id);
      await retryOnDeadlock(() => this.messages.update({ id: inList(this.messages, ids) }, ERASED));
    }
  }

  /** Also of numbers that are gone with their account; each is one look into an index. */
  async *#phoneNumberIds(): AsyncGenerator<string> {
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
}
