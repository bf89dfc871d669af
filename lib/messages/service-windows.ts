import { Injectable } from '@nestjs/common';
import { In, MoreThan, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { batchesOf } from './batches.js';
import { MessageEntity } from './message.entity.js';

const SERVICE_WINDOW_MS = 24 * 60 * 60 * 1000;

/**
 * The customer service window: for 24 hours after a customer wrote to a number, messages from that number are no new
 * conversation of the business's.
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
      const rows = await this.messages
        .createQueryBuilder('message')
        .select('message.recipientPhone', 'recipient')
        .distinct()
        .where({
          phoneNumberId,
          recipientPhone: In(batch),
          direction: 'inbound',
          createdAt: MoreThan(new Date(at.getTime() - SERVICE_WINDOW_MS)),
        })
        .getRawMany<{ recipient: string }>();
      for (const { recipient } of rows) open.add(recipient);
    }
    return open;
  }
}
