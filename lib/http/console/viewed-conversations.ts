import { Injectable } from '@nestjs/common';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import type { ConversationPage, ListConversations } from '../../conversations/conversations.inputs.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { NotFoundError } from '../../errors.js';
import type { ConsoleLinkScope } from './console-links.service.js';
import type { Viewer } from './console.guard.js';

/** The conversations that a viewer may see: those of their workspace and, of a link, those that it shows. */
@Injectable()
export class ViewedConversations {
  constructor(private readonly conversations: ConversationsService) {}

  /** @throws ValidationError */
  async list({ workspace, scope }: Viewer, asked: Omit<ListConversations, 'workspace'>): Promise<ConversationPage> {
    if (!isWithin(scope, asked)) return { items: [], nextCursor: null };
    return this.conversations.list({ ...asked, ...given(scope), workspace });
  }

  /** One that a link does not show is as good as none. @throws NotFoundError `CONVERSATION_NOT_FOUND` */
  async find(id: number, { workspace, scope }: Viewer): Promise<WhatsAppConversation> {
    const conversation = await this.conversations.get(id, { workspace });
    if (isWithin(scope, conversation)) return conversation;
    throw new NotFoundError('CONVERSATION_NOT_FOUND', `There is no conversation ${id}.`);
  }
}

type Described = Partial<Record<keyof ConsoleLinkScope, string | null>>;

/** Whether what is said of conversations, as far as it is said, leaves those of the scope. */
const isWithin = (scope: ConsoleLinkScope, { phoneNumberId, label, assignedTo }: Described): boolean =>
  isSame(scope.phoneNumberId, phoneNumberId) && isSame(scope.label, label) && isSame(scope.assignedTo, assignedTo);

const isSame = (wanted: string | undefined, is: string | null | undefined): boolean =>
  wanted === undefined || is === undefined || is === wanted;

const given = ({ phoneNumberId, label, assignedTo }: ConsoleLinkScope): ConsoleLinkScope => ({
  ...(phoneNumberId !== undefined && { phoneNumberId }),
  ...(label !== undefined && { label }),
  ...(assignedTo !== undefined && { assignedTo }),
});
