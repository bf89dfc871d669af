import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, Not, Repository } from 'typeorm';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { ContactDirectory } from '../contacts/contact-directory.js';
import type { ContactEntity } from '../contacts/contact.entity.js';
import { within } from '../contacts/number-time.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { MessageEntity } from './message.entity.js';
import { OPENS_NO_WINDOW, windowEnd } from './service-windows.js';

/** When a contact last wrote to any number of the workspace, and until when they can be answered freely. */
export interface ContactSession {
  readonly lastReplyAt: Date | null;
  /** When the service window with the number that they wrote to closes, or closed. */
  readonly expiresAt: Date | null;
  readonly isActive: boolean;
}

/** Tells whether a contact ever wrote, and whether their service window is open. */
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
