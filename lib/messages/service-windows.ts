import { Injectable } from '@nestjs/common';
import { In, MoreThan, Not, Repository, type FindOptionsWhere } from 'typeorm';
import type { Person } from '../contacts/people.js';
import { isPhone, spellingsOf } from '../contacts/reported-contact.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { batchesOf } from './recipient.js';
import { MessageEntity } from './message.entity.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { ContactDirectory } from '../contacts/contact-directory.js';
import type { ContactEntity } from '../contacts/contact.entity.js';
import { within } from '../contacts/contact-plan.js';

const SERVICE_WINDOW_MS = 24 * 60 * 60 * 1000;

/** What comes from a customer and is no message of theirs; that one of these opens the window is not certain. */
export const OPENS_NO_WINDOW: readonly string[] = [
  'reaction',
  'system',
  'unsupported',
  'edit',
  'revoke',
  'request_welcome',
];

/** When the window closes of someone who wrote last at this moment. */
export const windowEnd = (lastWroteAt: Date): Date => new Date(lastWroteAt.getTime() + SERVICE_WINDOW_MS);

/**
 * The customer service window: for 24 hours after a customer wrote to a number, messages from that number are no new
 * conversation of the business's. A customer is known by every spelling of their number.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages#customer-service-windows
 */
@Injectable()
export class ServiceWindows {
  constructor(@InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>) {}

  /**
   * Those of the customers whose window with a number is open.
   * @param recipients the customers' digits or user ids
   * @param at the moment to which the window must last; now when left out
   * @param people who they are; by how they are named alone when left out
   */
  async openFor(
    phoneNumberId: string,
    recipients: readonly string[],
    at = new Date(),
    people: ReadonlyMap<string, Pick<Person, 'identities'>> = new Map(),
  ): Promise<ReadonlySet<string>> {
    const open = new Set<string>();
    const after = new Date(at.getTime() - SERVICE_WINDOW_MS);
    for (const batch of batchesOf(recipients)) {
      const named = new Map(batch.map((name) => [name, namesOfPerson(name, people.get(name)?.identities)]));
      const names = [...named.values()].flat().map(({ name }) => name);
      const wrote = new Map([
        ...(await this.#lastWrote(phoneNumberId, 'recipientPhone', names.filter(isPhone), after)),
        ...(await this.#lastWrote(
          phoneNumberId,
          'userId',
          names.filter((name) => !isPhone(name)),
          after,
        )),
      ]);
      for (const [recipient, all] of named) {
        // Who had the number before opened no window for who has it now.
        if (all.some(({ name, since }) => (wrote.get(name) ?? -1) >= since.getTime())) open.add(recipient);
      }
    }
    return open;
  }

  async #lastWrote(
    phoneNumberId: string,
    column: 'recipientPhone' | 'userId',
    names: readonly string[],
    after: Date,
  ): Promise<ReadonlyMap<string, number>> {
    if (names.length === 0) return new Map();
    const rows = await this.messages
      .createQueryBuilder('message')
      .select(`message.${column}`, 'name')
      .addSelect('MAX(message.createdAt)', 'at')
      .where({
        phoneNumberId,
        [column]: inList(this.messages, [...new Set(names)]),
        direction: 'inbound',
        type: Not(In(OPENS_NO_WINDOW)),
        createdAt: MoreThan(after),
      })
      .groupBy(`message.${column}`)
      .getRawMany<{ name: string; at: string | number }>();
    return new Map(rows.map(({ name, at }) => [name, Number(at)]));
  }
}

/** Returns the identities under which messages of a person are stored, and since when they belong to them. */
function namesOfPerson(name: string, identities: Person['identities'] = [{ identity: name, since: new Date(0) }]) {
  return identities.flatMap(({ identity, since }) =>
    (isPhone(identity) ? spellingsOf(identity) : [identity]).map((one) => ({ name: one, since })),
  );
}

/** When a contact last wrote to any number of the workspace, and until when they can be answered freely. */
export interface ContactSession {
  readonly lastReplyAt: Date | null;
  /** When the service window with the number that they wrote to closes, or closed. */
  readonly expiresAt: Date | null;
  readonly isActive: boolean;
}

/** Finds whether a contact ever wrote, and whether their service window is open. */
@Injectable()
export class ContactSessions {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly directory: ContactDirectory,
  ) {}

  async of(contact: Pick<ContactEntity, 'id' | 'workspaceId'>, now = new Date()): Promise<ContactSession> {
    const lastReplyAt = await this.#lastReplyAt(contact);
    const expiresAt = lastReplyAt && windowEnd(lastReplyAt);
    return { lastReplyAt, expiresAt, isActive: expiresAt !== null && expiresAt > now };
  }

  async #lastReplyAt({ id, workspaceId }: Pick<ContactEntity, 'id' | 'workspaceId'>): Promise<Date | null> {
    const numbers = await this.phoneNumbers.list(workspaceId);
    const { userIds = [] } = (await this.directory.numbersOf([{ id }])).get(id) ?? {};
    const numberTimes = (await this.directory.timesOf([{ id }])).get(id) ?? [];
    const inbound = {
      phoneNumberId: In(numbers.map(({ phoneNumberId }) => phoneNumberId)),
      direction: 'inbound' as const,
      type: Not(In(OPENS_NO_WINDOW)),
    };
    // Apart, so that each has its index.
    const times = await this.#last({ ...inbound, userId: In(userIds) });
    for (const { phones, ...time } of numberTimes) {
      const ofNumber = await this.#last({ ...inbound, recipientPhone: In(phones), createdAt: within(time) });
      for (const each of ofNumber) times.push(each);
    }
    return times.length === 0 ? null : new Date(times.reduce((latest, time) => Math.max(latest, time)));
  }

  async #last(where: FindOptionsWhere<MessageEntity>): Promise<number[]> {
    const found = await this.messages
      .createQueryBuilder('message')
      .select('MAX(message.createdAt)', 'at')
      .where(where)
      .getRawOne<{ at: string | number | null }>();
    return !found || found.at === null ? [] : [Number(found.at)];
  }
}
