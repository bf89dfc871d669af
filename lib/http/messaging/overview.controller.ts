import { Controller, Get } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { BulkService } from '../../bulk/bulk.service.js';
import { ConversationLabels } from '../../conversations/conversation-labels.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { WorkspacesService } from '../../workspaces/workspaces.service.js';
import { Operation, type OperationDescription } from '../openapi/operation.js';
import type { BulkSend, BulkSendStatus } from '../../bulk/bulk-send.js';
import type { Conversation } from '../../conversations/conversations.inputs.js';
import { array, dateTime, integer, nullable, object, oneOf, string } from '../openapi/schema.js';

const chatSchema = object({
  id: integer(),
  phone_number: nullable(string({ description: 'Digits without `+`; null for somebody known by a user id alone.' })),
  label: nullable(integer({ description: 'Id of its label, the same for all conversations that have it.' })),
  unread_count: integer({ description: 'Messages of theirs since the conversation was last read.' }),
  last_message_at: dateTime(),
});

const chatsOperation: OperationDescription = {
  summary: 'List the newest conversations',
  description: 'The 50 in which something was said last, the latest first.',
  answers: {
    200: {
      description: 'The conversations.',
      json: {
        schema: object({ conversations: array(chatSchema, { maxItems: 50 }) }),
        example: {
          conversations: [
            {
              id: 12,
              phone_number: '919876543210',
              label: 3,
              unread_count: 2,
              last_message_at: '2026-11-16T21:30:00.000Z',
            },
          ],
        },
      },
    },
  },
};

const campaign = object({
  id: integer({ description: 'Stays the same.' }),
  name: string({ description: 'Its template’s name when it was given none.' }),
  status: oneOf('draft', 'scheduled', 'running', 'paused', 'completed', 'failed'),
  sent_count: integer({ description: 'Messages that Meta took, those included that were delivered or read.' }),
  failed_count: integer(),
  created_at: dateTime(),
});

const campaignsOperation: OperationDescription = {
  summary: 'List the newest campaigns',
  description: 'The 50 newest bulk sends, the latest first.',
  answers: {
    200: {
      description: 'The campaigns.',
      json: {
        schema: object({ campaigns: array(campaign, { maxItems: 50 }) }),
        example: {
          campaigns: [
            {
              id: 7,
              name: 'Diwali offer',
              status: 'completed',
              sent_count: 198,
              failed_count: 0,
              created_at: '2026-11-16T21:30:00.000Z',
            },
          ],
        },
      },
    },
  },
};

/** Of everything the newest that many. */
const NEWEST = 50;

/** What was said and sent of late. */
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
  @Operation(chatsOperation)
  async chats(@CurrentCaller() { workspace }: Caller): Promise<object> {
    const { items } = await this.conversations.list({ workspace, limit: NEWEST });
    const labels = items.flatMap(({ label }) => label ?? []);
    const ids = await this.labels.idsOf(await this.workspaces.idOf(workspace), labels);
    return { conversations: items.map((chat) => presentChat(chat, ids)) };
  }

  @Get('campaigns')
  @RequireAbility('messages.read')
  @Operation(campaignsOperation)
  async campaigns(@CurrentCaller() { workspace }: Caller): Promise<object> {
    const { items } = await this.bulk.list({ workspace, pageSize: NEWEST });
    return { campaigns: items.map(presentCampaign) };
  }
}

/** One of `GET /chats`. @param labels their ids */
function presentChat(
  { id, contact, label, unreadCount, lastMessageAt }: Conversation,
  labels: ReadonlyMap<string, number>,
): object {
  const labelId = label === null ? null : (labels.get(label) ?? null);
  return { id, phone_number: contact.phone, label: labelId, unread_count: unreadCount, last_message_at: lastMessageAt };
}

/** One of `GET /campaigns`; one that was given no name is called by its template's. */
function presentCampaign({ number, name, template, status, counts, createdAt }: BulkSend): object {
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
