import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { MessageEntity, type MessageStatus } from '../../messages/message.entity.js';
import { UnconfirmedMessages } from './unconfirmed-messages.js';

const SETTLED_AT_ONCE = 1_000;

/** Settles messages of bulk sends whose status has lapsed: those left `sending`, and those that waited for proof in vain. */
@Injectable()
export class LapsedBulkMessages {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly unconfirmed: UnconfirmedMessages,
  ) {}

  async run(): Promise<void> {
    const lapsed = await this.messages.find({
      select: { id: true, status: true, bulkSendId: true },
      where: { lapsesAt: LessThan(new Date()), bulkSendId: Not(IsNull()) },
      order: { lapsesAt: 'ASC' },
      take: SETTLED_AT_ONCE,
    });
    for (const bulkSendId of new Set(lapsed.map((message) => message.bulkSendId))) {
      if (bulkSendId === null) continue;
      const own = lapsed.filter((message) => message.bulkSendId === bulkSendId);
      const idsOf = (status: MessageStatus) => own.filter((message) => message.status === status).map(({ id }) => id);
      await this.unconfirmed.giveUp(bulkSendId, idsOf('unconfirmed'));
      await this.unconfirmed.mark(bulkSendId, idsOf('sending'));
    }
  }
}
