import { Controller, Get } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { BulkService } from '../../bulk/bulk.service.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
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
  ) {}

  @Get('chats')
  @RequireAbility('messages.read')
  @Operation(chatsOperation)
  async chats(@CurrentCaller() { workspace }: Caller): Promise<object> {
    const { items } = await this.conversations.list({ workspace, limit: NEWEST });
    return { conversations: items.map(presentChat) };
  }

  @Get('campaigns')
  @RequireAbility('messages.read')
  @Operation(campaignsOperation)
  async campaigns(@CurrentCaller() { workspace }: Caller): Promise<object> {
    const { items } = await this.bulk.list({ workspace, pageSize: NEWEST });
    return { campaigns: items.map(presentCampaign) };
  }
}
