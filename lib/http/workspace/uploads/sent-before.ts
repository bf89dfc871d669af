import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import type { SentInConversation } from '../../../conversations/conversations.inputs.js';
import { ConversationsService } from '../../../conversations/conversations.service.js';
import type { IdempotencyInput } from '../../../idempotency/idempotency-key.js';
import { MessagesService } from '../../../messages/messages.service.js';
import type { Form } from '../../bodies/multipart/form.js';
import { keyOfForm } from './key-of-form.js';

/** Answers requests that are repeated by their key: template and files may be others by now. */
@Injectable()
export class SentBefore {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly messages: MessagesService,
  ) {}

  /** @throws what the first request ended in, and IdempotencyConflictError */
  async find(
    form: Form,
    { workspace }: Caller,
    idempotency: IdempotencyInput | undefined,
  ): Promise<SentInConversation | undefined> {
    const message = await this.messages.answered(keyOfForm(idempotency, form));
    if (!message) return undefined;
    const { recipientPhone, phoneNumberId } = message;
    const conversation = await this.conversations.findOrOpen({ workspace, to: `+${recipientPhone}`, phoneNumberId });
    return { message, conversation };
  }
}
