import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { ValidDtoPipe } from '../dto.pipe.js';
import { ConversationIdPipe } from './conversation-id.pipe.js';
import { presentConversation } from './conversation.presenter.js';
import { presentHistoryMessage } from './message.presenter.js';
import { Operation, type OperationDescription } from '../openapi/operation.js';
import { Equals, IsOptional, Matches } from 'class-validator';
import type { ConversationEntity } from '../../conversations/conversation.entity.js';
import { IsOneOf } from '../is-one-of.decorator.js';
import { array, boolean, integer, nullable, object, type Schema, string } from '../openapi/schema.js';
import {
  conversationExample,
  conversationSchema,
  historyMessageExample,
  historyMessageSchema,
  idParam,
  limitParameter,
  statusSchema,
} from './conversations.schemas.js';

const listConversationsOperation: OperationDescription = {
  summary: 'The conversations, the latest first',
  query: {
    status: { description: 'Only those that stand so.', schema: statusSchema },
    search: { description: 'Part of a number or of a name.', schema: string() },
    limit: limitParameter,
    cursor: { description: '`next_cursor` of the page before.', schema: string() },
  },
  answers: {
    200: {
      description: 'A page of them.',
      json: {
        schema: object({
          success: boolean(),
          data: array(conversationSchema),
          next_cursor: nullable(string({ description: 'Null on the last page.' })),
        }),
        example: { success: true, data: [conversationExample], next_cursor: null },
      },
    },
  },
  errors: [400],
};

const conversationOperation: OperationDescription = {
  summary: 'A conversation with its messages, the newest first',
  params: idParam,
  query: { limit: limitParameter, before: { description: '`next_before` of the page before.', schema: string() } },
  answers: {
    200: {
      description: 'A page of its messages.',
      json: {
        schema: object({
          success: boolean(),
          data: object({
            conversation: conversationSchema,
            messages: array(historyMessageSchema),
            next_before: nullable(string({ description: 'Null when there are no older ones.' })),
          }),
        }),
        example: {
          success: true,
          data: { conversation: conversationExample, messages: [historyMessageExample], next_before: null },
        },
      },
    },
  },
  errors: [400, 404],
};

const changes: Readonly<Record<string, Schema>> = {
  status: { ...statusSchema, description: 'A closed one is opened again by the next message.' },
  assignedTo: {
    description: 'Whoever sees to it; null for nobody.',
    nullable: true,
    oneOf: [string({ maxLength: 255 }), integer()],
  },
  requestId: integer({ nullable: true }),
  label: string({ maxLength: 255, nullable: true }),
  read: boolean({ description: '`true`: nothing of it is unread any more.', nullable: true }),
};

const changeConversationOperation: OperationDescription = {
  summary: 'Change a conversation, or mark it as read',
  params: idParam,
  json: { schema: object({}, changes), example: { status: 'active', assignedTo: 'Ana', label: 'VIP', read: true } },
  answers: {
    200: {
      description: 'The conversation.',
      json: {
        schema: object({ success: boolean(), data: conversationSchema }),
        example: { success: true, data: { ...conversationExample, assigned_to: 'Ana', label: 'VIP', unread_count: 0 } },
      },
    },
  },
  errors: [400, 404, 409, 502],
};

type Status = ConversationEntity['status'];

const STATUSES = ['active', 'closed'] as const satisfies readonly Status[];

class LimitDto {
  /** 50 when left out. */
  @IsOptional()
  @Matches(/^(?:[1-9]\d?|100)$/, { message: 'must be a whole number from 1 to 100.' })
  limit?: string;
}

/** Query of `GET /conversations`. */
class ListConversationsDto extends LimitDto {
  @IsOptional()
  @IsOneOf(STATUSES)
  status?: Status;

  /** Part of a number or of a name. */
  search?: string | string[];

  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** Query of `GET /conversations/:id`. */
class ReadConversationDto extends LimitDto {
  /** `next_before` of the page before. */
  before?: string;
}

/** Body of `PATCH /conversations/:id`; `ConversationsService` checks what has no decorator here. */
class ChangeConversationDto {
  @IsOptional()
  @IsOneOf(STATUSES)
  status?: Status | null;

  /** Null for nobody. */
  assignedTo?: string | number | null;

  requestId?: number | null;

  label?: string | null;

  /** Nothing of it is unread any more. */
  @IsOptional()
  @Equals(true, { message: 'must be true; what was read cannot be unread.' })
  read?: true | null;
}

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
