import { Controller, Get } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { BulkService } from '../../bulk/bulk.service.js';
import { ConversationLabels } from '../../conversations/conversation-reads.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { WorkspacesService } from '../../accounts/workspaces.service.js';
import { Operation } from '../openapi/operation.js';
import type { BulkSend, BulkSendStatus } from '../../bulk/bulk-send.js';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import { Field } from '../surface/dto.js';

/** Items in each list. */
const NEWEST = 50;

/** A conversation as this API words it. */
export class Chat {
  @Field({ type: 'integer', example: 12 })
  id!: number;

  @Field({
    description: 'Digits without `+`; null for a person known by a user id alone.',
    nullable: true,
    example: '919876543210',
  })
  phone_number!: string | null;

  @Field({
    type: 'integer',
    description: 'Id of its label, the same for all conversations that have it.',
    nullable: true,
    example: 3,
  })
  label!: number | null;

  @Field({ type: 'integer', description: 'Messages received since the conversation was last read.', example: 2 })
  unread_count!: number;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  last_message_at!: Date | null;
}

/** Answer of `GET /chats`. */
export class ChatsAnswer {
  @Field({ type: () => Chat, each: true, maxItems: NEWEST })
  conversations!: readonly Chat[];
}

/** A bulk send as this API words it. */
export class Campaign {
  @Field({ type: 'integer', description: 'Stays the same.', example: 7 })
  id!: number;

  @Field({ description: 'The name of its template when it was given none.', example: 'Diwali offer' })
  name!: string;

  @Field({ enum: ['draft', 'scheduled', 'running', 'paused', 'completed', 'failed'], example: 'completed' })
  status!: string;

  @Field({
    type: 'integer',
    description: 'Messages that Meta accepted, those included that were delivered or read.',
    example: 198,
  })
  sent_count!: number;

  @Field({ type: 'integer', example: 0 })
  failed_count!: number;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  created_at!: Date;
}

/** Answer of `GET /campaigns`. */
export class CampaignsAnswer {
  @Field({ type: () => Campaign, each: true, maxItems: NEWEST })
  campaigns!: readonly Campaign[];
}

/** The newest conversations and bulk sends. */
@Controller()
export class MessagingOverviewController {
  constructor(
    private readonly conversations: ConversationsService,
    private readonly bulk: BulkService,
    private readonly labels: ConversationLabels,
    private readonly workspaces: WorkspacesService,
  ) {}

  @Get('chats')
  @RequireAbility('messages.read')
  @Operation({
    summary: 'List the newest conversations',
    description: 'The 50 with the latest messages, the latest first.',
    answers: { 200: { description: 'The conversations.', type: ChatsAnswer } },
  })
  async chats(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<ChatsAnswer> {
    const { items } = await this.conversations.list({ workspace, limit: NEWEST });
    const labels = items.flatMap(({ label }) => label ?? []);
    const ids = await this.labels.idsOf(await this.workspaces.idOf(workspace), labels);
    return { conversations: items.map((chat) => presentChat(chat, ids)) };
  }

  @Get('campaigns')
  @RequireAbility('messages.read')
  @Operation({
    summary: 'List the newest campaigns',
    description: 'The 50 newest bulk sends, the latest first.',
    answers: { 200: { description: 'The campaigns.', type: CampaignsAnswer } },
  })
  async campaigns(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<CampaignsAnswer> {
    const { items } = await this.bulk.list({ workspace, pageSize: NEWEST });
    return { campaigns: items.map(presentCampaign) };
  }
}

/** One of `GET /chats`. @param labels their ids */
function presentChat(
  { id, contact, label, unreadCount, lastMessageAt }: WhatsAppConversation,
  labels: ReadonlyMap<string, number>,
): Chat {
  const labelId = label === null ? null : (labels.get(label) ?? null);
  return { id, phone_number: contact.phone, label: labelId, unread_count: unreadCount, last_message_at: lastMessageAt };
}

/** One of `GET /campaigns`; one that was given no name has its template's. */
function presentCampaign({ number, name, template, status, counts, createdAt }: BulkSend): Campaign {
  return {
    id: number,
    name: name ?? template.name,
    status: CAMPAIGN_STATUSES[status],
    sent_count: counts.sent,
    failed_count: counts.failed,
    created_at: createdAt,
  };
}

/** This API's words; there are no drafts here. What was not sent of a cancelled one failed. */
const CAMPAIGN_STATUSES: Readonly<Record<BulkSendStatus, string>> = {
  SCHEDULED: 'scheduled',
  QUEUED: 'running',
  PROCESSING: 'running',
  PAUSED: 'paused',
  COMPLETED: 'completed',
  PARTIAL: 'completed',
  FAILED: 'failed',
  CANCELLED: 'failed',
};
