import { Controller, Get, Param, Query } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { ValidDtoPipe, Field } from '../../surface/dto.js';
import { IsPeriodEnd, periodEndOf } from '../../surface/moment.js';
import { RequestUrl } from '../../surface/handler-parameters.js';
import { IsOptional } from 'class-validator';
import type { BulkSendStatus } from '../../../bulk/bulk-send.js';
import { IsOneOf } from '../../surface/is-one-of.decorator.js';
import { Operation } from '../../openapi/operation.js';
import { MESSAGE_STATUSES } from '../message.presenter.js';
import { BulkMessageView, presentBulkMessage } from './bulk-message.presenter.js';
import { pageAnswer, PageDto, presentPage, toPage } from './page.js';
import {
  BULK_SEND_ANSWER,
  BULK_SEND_STATUSES,
  BulkSendView,
  ID_PARAM,
  NOT_FOUND,
  presentBulkSend,
} from './bulk-send.presenter.js';

/** Query of `GET /meta-templates/bulk-sends/`. */
export class ListBulkSendsDto extends PageDto {
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
export class ListBulkMessagesDto extends PageDto {
  @IsOptional()
  @IsOneOf(MESSAGE_STATUSES)
  @Field({ description: 'Only those with this status.' })
  status?: (typeof MESSAGE_STATUSES)[number];
}

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
    @CurrentCaller() { workspace }: WhatsAppCaller,
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
  async get(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<BulkSendView> {
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
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<object> {
    const page = toPage(query);
    const found = await this.bulk.messages(id, { workspace, status: query.status, ...page });
    return presentPage(found, presentBulkMessage, { url, ...page });
  }
}
