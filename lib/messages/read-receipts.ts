import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { AccountCredentials } from '../accounts/account-credentials.js';
import type { InWorkspace } from '../accounts/accounts.service.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NotFoundError } from '../errors.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import { isIdentifier } from '../identifier.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { MessageEntity } from './message.entity.js';

/** How a customer's message is marked as read. */
export interface MarkReadOptions extends InWorkspace {
  /** Shows the customer that somebody is typing, until the reply comes or 25 seconds are over. */
  readonly typing?: boolean;
  /** Meta's id of the number that received the message, where the message is not in this database. */
  readonly phoneNumberId?: string;
}

/** Tells customers that their messages were read. */
@Injectable()
export class ReadReceipts {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
  ) {}

  async send(wamid: string, { typing = false, phoneNumberId, workspace }: MarkReadOptions): Promise<void> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const receivedBy = phoneNumberId ?? (await this.#receiverOf(workspaceId, wamid));
    const number = await this.phoneNumbers.find(workspaceId, receivedBy);
    await this.graph.post([number.phoneNumberId, 'messages'], {
      credential: await this.credentials.of(number.account.businessAccountId),
      body: {
        messaging_product: 'whatsapp',
        status: 'read',
        message_id: wamid,
        ...(typing && { typing_indicator: { type: 'text' } }),
      },
    });
  }

  async #receiverOf(workspaceId: number, wamid: string): Promise<string> {
    const message = isIdentifier(wamid, 255)
      ? await this.messages.findOne({
          where: { wamid, workspaceId, direction: 'inbound' },
          select: { id: true, phoneNumberId: true },
        })
      : null;
    if (message) return message.phoneNumberId;
    throw new NotFoundError(
      'MESSAGE_NOT_FOUND',
      `No customer’s message ${wamid} is known; name the phoneNumberId that received it.`,
    );
  }
}
