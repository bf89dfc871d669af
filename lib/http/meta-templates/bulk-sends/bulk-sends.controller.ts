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
import { Operation, type OperationDescription } from '../../openapi/operation.js';
import type { Page } from '../../../bulk/bulk.inputs.js';
import { string } from '../../openapi/schema.js';
import {
  bulkMessageExample,
  bulkMessageSchema,
  bulkSendAnswer,
  bulkSendExample,
  bulkSendSchema,
  idParam,
  messageStatusSchema,
  pageOf,
  pageQuery,
  statusSchema,
} from './bulk-sends.schemas.js';

const listBulkSendsOperation: OperationDescription = {
  summary: 'The bulk sends, newest first',
  query: {
    status: { description: 'Only those that stand so.', schema: statusSchema },
    template: { description: 'Only those of the template of this name or integer id.', schema: string() },
    created_after: {
      description: 'Only those since this moment, or since the beginning of this day in UTC.',
      schema: string({ example: '2026-11-01' }),
    },
    created_before: {
      description: 'Only those before this moment, or until the end of this day in UTC.',
      schema: string({ example: '2026-11-30T18:00:00Z' }),
    },
    ...pageQuery,
  },
  answers: {
    200: {
      description: 'A page of them.',
      json: {
        schema: pageOf(bulkSendSchema),
        example: { count: 1, next: null, previous: null, results: [bulkSendExample] },
      },
    },
  },
  errors: [400],
};

const bulkSendOperation: OperationDescription = {
  summary: 'How a bulk send stands',
  params: idParam,
  answers: { 200: bulkSendAnswer },
  errors: [404],
};

const bulkMessagesOperation: OperationDescription = {
  summary: 'What became of each recipient',
  params: idParam,
  query: {
    status: { description: 'Only those that stand so.', schema: messageStatusSchema },
    ...pageQuery,
  },
  answers: {
    200: {
      description: 'A page of them.',
      json: {
        schema: pageOf(bulkMessageSchema),
        example: { count: 1, next: null, previous: null, results: [bulkMessageExample] },
      },
    },
  },
  errors: [400, 404],
};

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

interface PageAsked {
  /** The address of this page. */
  readonly url: URL;
  readonly page: number;
  readonly pageSize: number;
}

/** A page of a list with the addresses of those beside it, which ask for the same otherwise. */
export function presentPage<T>(
  { items, total }: Page<T>,
  present: (item: T) => object,
  { url, page, pageSize }: PageAsked,
): object {
  const last = Math.max(1, Math.ceil(total / pageSize));
  return {
    count: total,
    next: page < last ? addressOf(url, page + 1) : null,
    previous: page > 1 ? addressOf(url, Math.min(page - 1, last)) : null,
    results: items.map(present),
  };
}

function addressOf(url: URL, page: number): string {
  const address = new URL(url);
  address.searchParams.set('page', String(page));
  return address.href;
}
