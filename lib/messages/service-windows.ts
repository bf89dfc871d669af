import { Injectable } from '@nestjs/common';
import { In, MoreThan, Not, Repository } from 'typeorm';
import { spellingsOf } from '../contacts/phone-spellings.js';
import { oneOf } from '../database/one-of.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { batchesOf } from './batches.js';
import { MessageEntity } from './message.entity.js';

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

/** When the window closes of somebody who wrote last at this moment. */
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
   * @param recipients the customers' digits
   * @param at the moment to which the window must last; now when left out
   */
  async openFor(phoneNumberId: string, recipients: readonly string[], at = new Date()): Promise<ReadonlySet<string>> {
    const open = new Set<string>();
    for (const batch of batchesOf(recipients)) {
      const spellings = new Map(batch.map((recipient) => [recipient, spellingsOf(recipient)]));
      const wrote = await this.#thoseWhoWrote(
        phoneNumberId,
        [...new Set([...spellings.values()].flat())],
        new Date(at.getTime() - SERVICE_WINDOW_MS),
      );
      for (const [recipient, all] of spellings) if (all.some((spelling) => wrote.has(spelling))) open.add(recipient);
    }
    return open;
  }

  async #thoseWhoWrote(phoneNumberId: string, phones: readonly string[], after: Date): Promise<ReadonlySet<string>> {
    const rows = await this.messages
      .createQueryBuilder('message')
      .select('message.recipientPhone', 'recipient')
      .distinct()
      .where({
        phoneNumberId,
        recipientPhone: oneOf(this.messages.manager.connection, phones),
        direction: 'inbound',
        type: Not(In(OPENS_NO_WINDOW)),
        createdAt: MoreThan(after),
      })
      .getRawMany<{ recipient: string }>();
    return new Set(rows.map(({ recipient }) => recipient));
  }
}
