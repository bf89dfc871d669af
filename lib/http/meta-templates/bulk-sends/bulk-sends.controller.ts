import { Controller, Get, Param, Query, type Type } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { ValidDtoPipe } from '../../dto.pipe.js';
import { IsPeriodEnd, periodEndOf } from '../../moment.js';
import { PageDto, toPage } from '../../page.js';
import { RequestUrl } from '../../request-url.decorator.js';
import { IsOptional } from 'class-validator';
import type { BulkSendStatus } from '../../../bulk/bulk-send.js';
import type { Page } from '../../../bulk/bulk.inputs.js';
import { IsOneOf } from '../../is-one-of.decorator.js';
import { exampleOf } from '../../openapi/class-schema.js';
import { type AnswerDescription, Operation } from '../../openapi/operation.js';
import { array, integer, nullable, object, string } from '../../openapi/schema.js';
import { Field } from '../../surface/field.decorator.js';
import { MESSAGE_STATUSES } from '../message.presenter.js';
import { BulkMessageView, presentBulkMessage } from './bulk-message.presenter.js';
import {
  BULK_SEND_ANSWER,
  BULK_SEND_STATUSES,
  BulkSendView,
  ID_PARAM,
  NOT_FOUND,
  presentBulkSend,
} from './bulk-send.presenter.js';

/** Query of `GET /meta-templates/bulk-sends/`. */
class ListBulkSendsDto extends PageDto {
  @IsOptional()
  @IsOneOf(BULK_SEND_STATUSES)
  @Field({ description: 'Only those with this status.' })
  status?: BulkSendStatus;

  @IsOptional()
  @Field({ description: 'Only those of the template of this name or integer id; an impossible name matches nothing.' })
  template?: string;

  @IsOptional()
  @IsPeriodEnd('start')
  @Field({
    description: 'Only those since this moment, or since the beginning of this day in UTC.',
    example: '2026-11-01',
  })
  created_after?: string;

  @IsOptional()
  @IsPeriodEnd('end')
  @Field({
    description: 'Only those before this moment, or until the end of this day in UTC.',
    example: '2026-11-30T18:00:00Z',
  })
  created_before?: string;
}

/** Query of `GET /meta-templates/bulk-sends/{id}/messages/`. */
class ListBulkMessagesDto extends PageDto {
  @IsOptional()
  @IsOneOf(MESSAGE_STATUSES)
  @Field({ description: 'Only those with this status.' })
  status?: (typeof MESSAGE_STATUSES)[number];
}

/** Describes an answer with a page of items of a class. */
const pageAnswer = (type: Type<object>): AnswerDescription => ({
  description: 'A page of them.',
  json: {
    schema: (refTo) =>
      object({
        count: integer({ description: 'Of all pages.' }),
        next: nullable(string({ format: 'uri' })),
        previous: nullable(string({ format: 'uri' })),
        results: array(refTo(type)),
      }),
    example: { count: 1, next: null, previous: null, results: [exampleOf(type)] },
  },
});

/** Lists bulk sends and the results of their recipients. */
@Controller('meta-templates/bulk-sends')
export class BulkSendsController {
  constructor(private readonly bulk: BulkService) {}

  @Operation({
    summary: 'List the bulk sends, newest first',
    answers: { 200: pageAnswer(BulkSendView) },
    errors: [400],
  })
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

  @Operation({
    summary: 'Get the status of a bulk send',
    params: ID_PARAM,
    answers: { 200: BULK_SEND_ANSWER },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Get(':id')
  @RequireAbility('messages.read')
  async get(@Param('id') id: string, @CurrentCaller() { workspace }: Caller): Promise<BulkSendView> {
    return presentBulkSend(await this.bulk.get(id, { workspace }));
  }

  @Operation({
    summary: 'List the results of the recipients',
    params: ID_PARAM,
    answers: { 200: pageAnswer(BulkMessageView) },
    errors: [400, 404],
    throws: [NOT_FOUND],
  })
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

/** A page of a list with the addresses of the next and the previous one, which keep the rest of the query. */
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
