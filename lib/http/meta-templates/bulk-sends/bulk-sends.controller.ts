import { Controller, Get, Param, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { ValidDtoPipe } from '../../dto.pipe.js';
import { periodEndOf } from '../../moment.js';
import { toPage } from '../../page.js';
import { RequestUrl } from '../../request-url.decorator.js';
import { presentBulkMessage } from './bulk-message.presenter.js';
import { presentBulkSend } from './bulk-send.presenter.js';
import { ListBulkMessagesDto, ListBulkSendsDto } from './bulk-sends-query.dto.js';
import { presentPage } from './page.presenter.js';
import { Operation } from '../../openapi/operation.js';
import { bulkMessagesOperation, bulkSendOperation, listBulkSendsOperation } from './bulk-sends.operations.js';

/** Tells how bulk sends stand. */
@Controller('meta-templates/bulk-sends')
export class BulkSendsController {
  constructor(private readonly bulk: BulkService) {}

  @Operation(listBulkSendsOperation)
  @Get()
  @RequireAbility('messages.read')
  async list(
    @Query(new ValidDtoPipe(ListBulkSendsDto)) query: ListBulkSendsDto,
    @RequestUrl() url: URL,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const page = toPage(query);
    const found = await this.bulk.list({
      workspace,
      status: query.status,
      template: query.template || undefined,
      createdAfter: periodEndOf(query.created_after, 'start'),
      createdBefore: periodEndOf(query.created_before, 'end'),
      ...page,
    });
    return presentPage(found, presentBulkSend, { url, ...page });
  }

  @Operation(bulkSendOperation)
  @Get(':id')
  @RequireAbility('messages.read')
  async get(@Param('id') id: string, @CurrentCaller() { workspace }: Caller): Promise<object> {
    return presentBulkSend(await this.bulk.get(id, { workspace }));
  }

  @Operation(bulkMessagesOperation)
  @Get(':id/messages')
  @RequireAbility('messages.read')
  async messages(
    @Param('id') id: string,
    @Query(new ValidDtoPipe(ListBulkMessagesDto)) query: ListBulkMessagesDto,
    @RequestUrl() url: URL,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const page = toPage(query);
    const found = await this.bulk.messages(id, { workspace, status: query.status, ...page });
    return presentPage(found, presentBulkMessage, { url, ...page });
  }
}
