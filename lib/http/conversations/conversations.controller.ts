import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { MessageTexts } from '../../conversations/conversation-progress.js';
import { ValidDtoPipe, Field } from '../surface/dto.js';
import { ConversationIdPipe, ID_PARAM } from './conversation-id.pipe.js';
import { CONVERSATION_STATUSES, ConversationView, presentConversation } from './conversation.presenter.js';
import { HistoryMessage, presentHistoryMessage } from './message.presenter.js';
import { exampleErrors } from '../openapi/example-errors.js';
import { Operation } from '../openapi/operation.js';
import { Equals, IsOptional } from 'class-validator';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import { IsOneOf } from '../surface/is-one-of.decorator.js';
import { integer, string } from '../openapi/schema.js';
import { IsWholeNumber } from '../surface/is-whole-number.decorator.js';
import { success, successAnswer, type Success } from './success.js';

type Status = WhatsAppConversation['status'];

class LimitDto {
  @IsOptional()
  @IsWholeNumber(100)
  @Field({ description: 'Items a page.', default: 50 })
  limit?: string;
}

/** Query of `GET /conversations`. */
export class ListConversationsDto extends LimitDto {
  @IsOptional()
  @IsOneOf(CONVERSATION_STATUSES)
  @Field({ description: 'Only those with this status.' })
  status?: Status;

  @IsOptional()
  @Field({ description: 'Part of a number or of a name.' })
  search?: string | string[];

  @IsOptional()
  @Field({ description: '`next_cursor` of the page before.' })
  cursor?: string;
}

/** Query of `GET /conversations/:id`. */
export class ReadConversationDto extends LimitDto {
  @IsOptional()
  @Field({ description: '`next_before` of the page before.' })
  before?: string;
}

/** Body of `PATCH /conversations/:id`; `ConversationsService` checks what has no class-validator decorator but `IsOptional`. */
export class ChangeConversationDto {
  @IsOptional()
  @IsOneOf(CONVERSATION_STATUSES)
  @Field({ description: 'A closed one is opened again by the next message.', example: 'active' })
  status?: Status | null;

  @IsOptional()
  @Field({
    description: 'The person or team in charge; null for none.',
    oneOf: [string({ maxLength: 255 }), integer()],
    example: 'Ana',
  })
  assignedTo?: string | number | null;

  /** Id of a request in a system of yours. */
  @IsOptional()
  @Field({ type: 'integer' })
  requestId?: number | null;

  @IsOptional()
  @Field({ maxLength: 255, example: 'VIP' })
  label?: string | null;

  @IsOptional()
  @Equals(true, { message: 'must be true; what was read cannot be unread.' })
  @Field({ type: 'boolean', description: '`true` marks all its messages as read.', example: true })
  read?: true | null;
}

/** Answer of `GET /conversations`. */
export class ConversationsAnswer {
  @Field({ type: 'boolean', example: true })
  success!: true;

  @Field({ type: () => ConversationView, each: true })
  data!: readonly ConversationView[];

  @Field({ description: 'Null on the last page.', nullable: true, example: null })
  next_cursor!: string | null;
}

/** Data of `GET /conversations/:id`. */
export class ConversationHistory {
  @Field({ type: () => ConversationView })
  conversation!: ConversationView;

  @Field({ type: () => HistoryMessage, each: true })
  messages!: readonly HistoryMessage[];

  @Field({ description: 'Null when there are no older ones.', nullable: true, example: null })
  next_before!: string | null;
}

/** The inbox. */
@Controller('conversations')
export class ConversationsController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly texts: MessageTexts,
  ) {}

  @Operation({
    summary: 'List the conversations, the latest first',
    answers: { 200: { description: 'A page of them.', type: ConversationsAnswer } },
    errors: [400],
  })
  @Get()
  @RequireAbility('messages.read')
  async list(
    @Query(new ValidDtoPipe(ListConversationsDto)) { status, search, limit, cursor }: ListConversationsDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<ConversationsAnswer> {
    const words = [search ?? []].flat().join(' ');
    const page = { status, search: words, limit: toNumber(limit), cursor };
    const { items, nextCursor } = await this.conversations.list({ workspace, ...page });
    return { success: true, data: items.map(presentConversation), next_cursor: nextCursor };
  }

  @Operation({
    summary: 'Get a conversation with its messages, the newest first',
    params: ID_PARAM,
    answers: { 200: successAnswer('A page of its messages.', ConversationHistory) },
    errors: [400, 404],
  })
  @Get(':id')
  @RequireAbility('messages.read')
  async get(
    @Param('id', ConversationIdPipe) id: number,
    @Query(new ValidDtoPipe(ReadConversationDto)) { limit, before }: ReadConversationDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<Success<ConversationHistory>> {
    const conversation = await this.conversations.get(id, { workspace });
    const page = { limit: toNumber(limit), before };
    const { messages, nextBefore } = await this.conversations.history(conversation.id, { workspace, ...page });
    const texts = await this.texts.of(messages);
    const present = messages.map((message) =>
      presentHistoryMessage(message, conversation.id, texts.get(message.id) ?? ''),
    );
    return success({ conversation: presentConversation(conversation), messages: present, next_before: nextBefore });
  }

  @Operation({
    summary: 'Change a conversation, or mark it as read',
    params: ID_PARAM,
    answers: { 200: successAnswer('The conversation.', ConversationView) },
    errors: [400, 404, 409, 502],
    throws: [exampleErrors.unreachable],
  })
  @Patch(':id')
  @RequireAbility('messages.send')
  async change(
    @Param('id', ConversationIdPipe) id: number,
    @Body(new ValidDtoPipe(ChangeConversationDto)) { read, ...change }: ChangeConversationDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<Success<ConversationView>> {
    const { status, assignedTo, requestId, label } = change;
    const filing = { assignedTo: typeof assignedTo === 'number' ? String(assignedTo) : assignedTo, requestId, label };
    const changed = await this.conversations.update(id, { status: status ?? undefined, ...filing }, { workspace });
    const conversation = read ? await this.conversations.markRead(changed.id, { workspace }) : changed;
    return success(presentConversation(conversation));
  }
}

const toNumber = (limit: string | undefined): number | undefined => (limit === undefined ? undefined : Number(limit));
