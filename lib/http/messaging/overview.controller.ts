import { Controller, Get } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { BulkService } from '../../bulk/bulk.service.js';
import { ConversationLabels } from '../../conversations/conversation-labels.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { WorkspacesService } from '../../workspaces/workspaces.service.js';
import { Operation } from '../openapi/operation.js';
import { campaignsOperation, chatsOperation } from './overview.operations.js';
import { presentCampaign, presentChat } from './overview.presenter.js';

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
