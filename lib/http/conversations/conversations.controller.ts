import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { ValidDtoPipe } from '../dto.pipe.js';
import { ConversationIdPipe } from './conversation-id.pipe.js';
import { presentConversation } from './conversation.presenter.js';
import { ChangeConversationDto, ListConversationsDto, ReadConversationDto } from './conversations.dto.js';
import { presentHistoryMessage } from './message.presenter.js';
import { Operation } from '../openapi/operation.js';
import {
  changeConversationOperation,
  conversationOperation,
  listConversationsOperation,
} from './conversations.operations.js';

/** The inbox. */
@Controller('conversations')
export class ConversationsController {
  constructor(private readonly conversations: ConversationsService) {}

  @Operation(listConversationsOperation)
  @Get()
  @RequireAbility('messages.read')
  async list(
    @Query(new ValidDtoPipe(ListConversationsDto)) { status, search, limit, cursor }: ListConversationsDto,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const words = [search ?? []].flat().join(' ');
    const page = { status, search: words, limit: toNumber(limit), cursor };
    const { items, nextCursor } = await this.conversations.list({ workspace, ...page });
    return { success: true, data: items.map(presentConversation), next_cursor: nextCursor };
  }

  @Operation(conversationOperation)
  @Get(':id')
  @RequireAbility('messages.read')
  async get(
    @Param('id', ConversationIdPipe) id: number,
    @Query(new ValidDtoPipe(ReadConversationDto)) { limit, before }: ReadConversationDto,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const conversation = await this.conversations.get(id, { workspace });
    const page = { limit: toNumber(limit), before };
    const { messages, nextBefore } = await this.conversations.history(conversation.id, { workspace, ...page });
    const texts = await this.conversations.textsOf(messages);
    const present = messages.map((message) =>
      presentHistoryMessage(message, conversation.id, texts.get(message.id) ?? ''),
    );
    const data = { conversation: presentConversation(conversation), messages: present, next_before: nextBefore };
    return { success: true, data };
  }

  @Operation(changeConversationOperation)
  @Patch(':id')
  @RequireAbility('messages.send')
  async change(
    @Param('id', ConversationIdPipe) id: number,
    @Body(new ValidDtoPipe(ChangeConversationDto)) { read, ...change }: ChangeConversationDto,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const { status, assignedTo, requestId, label } = change;
    const filing = { assignedTo: typeof assignedTo === 'number' ? String(assignedTo) : assignedTo, requestId, label };
    const changed = await this.conversations.update(id, { status: status ?? undefined, ...filing }, { workspace });
    const conversation = read ? await this.conversations.markRead(changed.id, { workspace }) : changed;
    return { success: true, data: presentConversation(conversation) };
  }
}

const toNumber = (limit: string | undefined): number | undefined => (limit === undefined ? undefined : Number(limit));
