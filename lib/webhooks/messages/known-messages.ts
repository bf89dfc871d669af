import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { ConversationReads } from '../../conversations/conversation-reads.js';
import { inList } from '../../store/in-list.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { isErased } from '../../messages/message-changes.js';
import { MessageEntity } from '../../messages/message.entity.js';
import { inboundKey, type ReceivedMessage, type StoredMessage } from './inbound-rows.js';

/** A message that Meta tells again, and its row. */
export interface KnownMessage {
  readonly inbound: ReceivedMessage;
  readonly message: MessageEntity;
}

/** Customers' messages that Meta tells again. Nothing is made anew for them: their sender may have been erased since. */
@Injectable()
export class KnownMessages {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly conversations: ConversationReads,
  ) {}

  /** Those that are not stored yet, and those that are, each once; what erased people sent is in neither. */
  async apart(
    received: readonly ReceivedMessage[],
  ): Promise<{ readonly news: readonly ReceivedMessage[]; readonly known: readonly KnownMessage[] }> {
    const byKey = new Map(received.map((inbound) => [inboundKey(inbound), inbound]));
    const rows = await this.messages.findBy({ idempotencyKey: inList(this.messages, [...byKey.keys()]) });
    const known = rows.flatMap((message) => {
      const inbound = byKey.get(message.idempotencyKey ?? '');
      byKey.delete(message.idempotencyKey ?? '');
      return inbound && !isErased(message) ? [{ inbound, message }] : [];
    });
    return { news: [...byKey.values()], known };
  }

  /** Where they stand, as far as there still is a conversation. */
  async placed(known: readonly KnownMessage[]): Promise<StoredMessage[]> {
    const placed: StoredMessage[] = [];
    for (const { inbound, message } of known) {
      const { workspaceId, phoneNumberId, recipientPhone, userId, createdAt } = message;
      const who = inbound.sender.userId ?? userId ?? recipientPhone;
      const conversation = await this.conversations.findWith(workspaceId, phoneNumberId, who, createdAt);
      if (conversation) placed.push({ inbound, message, conversation, isNew: false });
    }
    return placed;
  }
}
