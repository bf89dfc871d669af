import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { Equals, IsOptional, IsString, MaxLength } from 'class-validator';
import { hasAbility } from '../../auth/ability.js';
import { RequireAbility } from '../../auth/caller.js';
import { ContactsService } from '../../contacts/contacts.service.js';
import { MessageTexts } from '../../conversations/conversation-progress.js';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { NotFoundError } from '../../errors.js';
import { ConversationIdPipe, ID_PARAM } from '../conversations/conversation-id.pipe.js';
import {
  CONVERSATION_STATUSES,
  ConversationView,
  presentConversation,
} from '../conversations/conversation.presenter.js';
import { Operation } from '../openapi/operation.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { IsOneOf } from '../surface/is-one-of.decorator.js';
import { IsWholeNumber } from '../surface/is-whole-number.decorator.js';
import { CurrentViewer, OpenToLinks, type Viewer } from './console.guard.js';
import {
  ConversationDetail,
  presentConversationDetail,
  presentThreadMessage,
  ThreadMessage,
} from './conversation.presenter.js';
import { ViewedConversations } from './viewed-conversations.js';

const TEXT = { message: 'must be a text.' };
const YES = { message: 'must be "true", or left out.' };

class PageDto {
  @IsOptional()
  @IsWholeNumber(100)
  @Field({ description: 'Items a page.', default: 50 })
  limit?: string;
}

/** Query of `GET /api/conversations`. */
export class ListConversationsDto extends PageDto {
  @IsOptional()
  @IsOneOf(CONVERSATION_STATUSES)
  @Field({ description: 'Only those with this status.' })
  status?: WhatsAppConversation['status'];

  @IsOptional()
  @IsString(TEXT)
  @MaxLength(255, { message: 'must have at most 255 characters.' })
  @Field({ description: 'Part of a number or of a name.' })
  q?: string;

  @IsOptional()
  @Equals('true', YES)
  @Field({ enum: ['true'], description: 'Only those with unread messages.' })
  unread?: 'true';

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those with this label.' })
  label?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those that are assigned so.', service: 'assignedTo' })
  assigned_to?: string;

  @IsOptional()
  @Equals('true', YES)
  @Field({ enum: ['true'], description: 'Only those that are assigned to no one.' })
  unassigned?: 'true';

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those with this number: Meta’s id of it.', service: 'phoneNumberId' })
  phone_number_id?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'The `next_cursor` of the page before.' })
  cursor?: string;
}

/** Answer of `GET /api/conversations`. */
export class ConversationsAnswer {
  @Field({ type: () => ConversationView, each: true })
  conversations!: readonly ConversationView[];

  @Field({ description: 'Of the next page; null on the last one.', nullable: true, example: null })
  next_cursor!: string | null;
}

/** Query of `GET /api/conversations/{id}/messages`. */
export class ReadThreadDto extends PageDto {
  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'The `next_before` of the page before.' })
  before?: string;
}

/** Answer of `GET /api/conversations/{id}/messages`. */
export class ThreadAnswer {
  @Field({ type: () => ThreadMessage, each: true })
  messages!: readonly ThreadMessage[];

  @Field({ description: 'Null when there are no older ones.', nullable: true, example: null })
  next_before!: string | null;
}

/** Body of `PATCH /api/conversations/{id}`; what is left out stays. `ConversationsService` checks it. */
export class ChangeConversationDto {
  @IsOptional()
  @IsOneOf(CONVERSATION_STATUSES)
  @Field({ description: 'A closed one is opened again by the next message.', example: 'active' })
  status?: WhatsAppConversation['status'] | null;

  @IsOptional()
  @Field({
    description: 'The person or team in charge; null for none.',
    maxLength: 255,
    example: 'Ana',
    service: 'assignedTo',
  })
  assigned_to?: string | null;

  @IsOptional()
  @Field({ maxLength: 255, example: 'VIP' })
  label?: string | null;
}

const NO_CONVERSATION = new NotFoundError('CONVERSATION_NOT_FOUND', 'There is no conversation 45.');

/** The inbox: for whoever is signed in, and for whoever bears a link to some of it. */
@Controller('api/conversations')
@OpenToLinks()
export class ConsoleConversationsController {
  constructor(
    private readonly viewed: ViewedConversations,
    private readonly conversations: ConversationsService,
    private readonly contacts: ContactsService,
    private readonly texts: MessageTexts,
  ) {}

  @Operation({
    summary: 'List conversations, the latest first',
    answers: { 200: { description: 'A page of them.', type: ConversationsAnswer } },
    errors: [400],
  })
  @Get()
  @RequireAbility('messages.read')
  async list(
    @Query(new ValidDtoPipe(ListConversationsDto)) query: ListConversationsDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<ConversationsAnswer> {
    const { items, nextCursor } = await this.viewed.list(viewer, {
      status: query.status,
      search: query.q,
      unread: query.unread !== undefined,
      label: query.label || undefined,
      assignedTo: query.unassigned ? null : query.assigned_to || undefined,
      phoneNumberId: query.phone_number_id || undefined,
      limit: toNumber(query.limit),
      cursor: query.cursor || undefined,
    });
    return { conversations: items.map(presentConversation), next_cursor: nextCursor };
  }

  @Operation({
    summary: 'Get a conversation',
    params: ID_PARAM,
    answers: { 200: { description: 'With its person, for whoever may see contacts.', type: ConversationDetail } },
    errors: [404],
    throws: [NO_CONVERSATION],
  })
  @Get(':id')
  @RequireAbility('messages.read')
  async get(@Param('id', ConversationIdPipe) id: number, @CurrentViewer() viewer: Viewer): Promise<ConversationDetail> {
    return this.#present(viewer, await this.viewed.find(id, viewer));
  }

  @Operation({
    summary: 'List the messages of a conversation, newest first',
    params: ID_PARAM,
    answers: { 200: { description: 'A page of them.', type: ThreadAnswer } },
    errors: [400, 404],
    throws: [NO_CONVERSATION],
  })
  @Get(':id/messages')
  @RequireAbility('messages.read')
  async messages(
    @Param('id', ConversationIdPipe) id: number,
    @Query(new ValidDtoPipe(ReadThreadDto)) { limit, before }: ReadThreadDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<ThreadAnswer> {
    await this.viewed.find(id, viewer);
    const { workspace } = viewer;
    const asked = { workspace, limit: toNumber(limit), before: before || undefined };
    const { messages, nextBefore } = await this.conversations.history(id, asked);
    const texts = await this.texts.of(messages);
    return {
      messages: messages.map((message) => presentThreadMessage(message, texts.get(message.id) ?? '')),
      next_before: nextBefore,
    };
  }

  @Operation({
    summary: 'Label, assign, close or reopen a conversation',
    params: ID_PARAM,
    answers: { 200: { description: 'The conversation.', type: ConversationDetail } },
    errors: [400, 404],
    throws: [NO_CONVERSATION],
  })
  @Patch(':id')
  @RequireAbility('messages.send')
  async change(
    @Param('id', ConversationIdPipe) id: number,
    @Body(new ValidDtoPipe(ChangeConversationDto)) { status, label, assigned_to }: ChangeConversationDto,
    @CurrentViewer() viewer: Viewer,
  ): Promise<ConversationDetail> {
    await this.viewed.find(id, viewer);
    const change = { status: status ?? undefined, label, assignedTo: assigned_to };
    return this.#present(viewer, await this.conversations.update(id, change, { workspace: viewer.workspace }));
  }

  @Operation({
    summary: 'Mark the messages of a conversation as read',
    description: 'The customer sees it, too.',
    params: ID_PARAM,
    answers: { 200: { description: 'The conversation.', type: ConversationDetail } },
    errors: [404],
    throws: [NO_CONVERSATION],
  })
  @Post(':id/read')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async markRead(
    @Param('id', ConversationIdPipe) id: number,
    @CurrentViewer() viewer: Viewer,
  ): Promise<ConversationDetail> {
    await this.viewed.find(id, viewer);
    return this.#present(viewer, await this.conversations.markRead(id, { workspace: viewer.workspace }));
  }

  async #present({ abilities, workspace }: Viewer, conversation: WhatsAppConversation): Promise<ConversationDetail> {
    if (!hasAbility(abilities, 'contacts.read')) return presentConversationDetail(conversation, undefined);
    const identities = await this.contacts.identities(conversation.contact.id, { workspace }).catch(noneOfDeleted);
    return presentConversationDetail(
      conversation,
      identities.map(({ identity }) => identity),
    );
  }
}

/** A contact that was deleted keeps its conversation. */
function noneOfDeleted(error: unknown): [] {
  if (error instanceof NotFoundError) return [];
  throw error;
}

const toNumber = (limit: string | undefined): number | undefined => (limit === undefined ? undefined : Number(limit));
