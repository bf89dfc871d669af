import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { IsBoolean, IsOptional, IsString, Length } from 'class-validator';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { NotFoundError } from '../../errors.js';
import { MessagesService } from '../../messages/messages.service.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { IsOneOf } from '../surface/is-one-of.decorator.js';
import { IsWholeNumber } from '../surface/is-whole-number.decorator.js';
import { IsPeriodEnd, periodEndOf } from '../surface/moment.js';
import {
  MESSAGE_STATUSES,
  MessageDetail,
  MessageItem,
  presentMessageDetail,
  presentMessageItem,
} from './message.presenter.js';

const TEXT = { message: 'must be a text.' };

/** Query of `GET /api/messages`. */
export class ListMessagesDto {
  @IsOptional()
  @IsOneOf(MESSAGE_STATUSES)
  @Field({ description: 'Only those with this status.' })
  status?: (typeof MESSAGE_STATUSES)[number];

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those of the template of this name.', example: 'welcome_message' })
  template?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those that failed with this error.', service: 'errorCode', example: '131026' })
  error_code?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those to this number or user id.', example: '+5491112345678' })
  phone?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those from this number: Meta’s id of it.', service: 'phoneNumberId' })
  phone_number_id?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those of this bulk send.', service: 'bulkSendId' })
  bulk_send_id?: string;

  @IsOptional()
  @IsPeriodEnd('start')
  @Field({ description: 'Only those since this moment or day.', example: '2026-11-01' })
  from?: string;

  @IsOptional()
  @IsPeriodEnd('end')
  @Field({ description: 'Only those before this moment, or until the end of this day.', example: '2026-11-30' })
  to?: string;

  @IsOptional()
  @IsWholeNumber(100)
  @Field({ description: 'Messages a page.', default: 50 })
  limit?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'The `next_cursor` of the page before.' })
  cursor?: string;
}

/** Answer of `GET /api/messages`. */
export class MessagesAnswer {
  @Field({ type: () => MessageItem, each: true })
  messages!: readonly MessageItem[];

  @Field({ description: 'Of the next page; null on the last one.', nullable: true, example: null })
  next_cursor!: string | null;

  @Field({
    format: 'date-time',
    description: 'How far back the page has looked, where it is not full.',
    nullable: true,
    example: null,
  })
  searched_until!: Date | null;
}

/** Query of `GET /api/messages/search`. */
export class SearchMessagesDto {
  @IsString(TEXT)
  @Length(1, 255, { message: 'must have 1 to 255 characters.' })
  @Field({ description: 'A phone number, a user id, a wamid or the id of a message.', example: '+5491112345678' })
  q!: string;
}

/** Answer of `GET /api/messages/search`. */
export class FoundMessages {
  @Field({ type: () => MessageItem, each: true, maxItems: 52 })
  messages!: readonly MessageItem[];
}

/** Body of `POST /api/messages/{id}/send-again`. */
export class SendAgainDto {
  @IsOptional()
  @IsBoolean({ message: 'must be true or false.' })
  @Field({
    description: 'Also one of which the outcome is unknown: its recipient may then get it twice.',
    default: false,
    example: false,
    service: 'includeUnknown',
  })
  include_unknown?: boolean | null;
}

const ID = { id: { description: 'Id of the message, or its wamid.', schema: string() } };
const NOT_FOUND = new NotFoundError('MESSAGE_NOT_FOUND', 'There is no message 12.');

/** Lists, shows and repeats messages. */
@Controller('api/messages')
export class ConsoleMessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Operation({
    summary: 'List messages, newest first',
    answers: { 200: { description: 'A page of them.', type: MessagesAnswer } },
    errors: [400],
  })
  @Get()
  @RequireAbility('messages.read')
  async list(
    @Query(new ValidDtoPipe(ListMessagesDto)) query: ListMessagesDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<MessagesAnswer> {
    const { items, nextCursor, searchedUntil } = await this.messages.list({
      workspace,
      status: query.status,
      template: query.template || undefined,
      errorCode: query.error_code || undefined,
      phone: query.phone || undefined,
      bulkSendId: query.bulk_send_id || undefined,
      phoneNumberId: query.phone_number_id || undefined,
      from: periodEndOf(query.from, 'start'),
      to: periodEndOf(query.to, 'end'),
      limit: query.limit === undefined ? undefined : Number(query.limit),
      cursor: query.cursor || undefined,
    });
    return { messages: items.map(presentMessageItem), next_cursor: nextCursor, searched_until: searchedUntil };
  }

  @Operation({
    summary: 'Search messages',
    answers: { 200: { description: 'Those that the text names, newest first.', type: FoundMessages } },
    errors: [400],
  })
  @Get('search')
  @RequireAbility('messages.read')
  async search(
    @Query(new ValidDtoPipe(SearchMessagesDto)) { q }: SearchMessagesDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<FoundMessages> {
    return { messages: (await this.messages.search(q, { workspace })).map(presentMessageItem) };
  }

  @Operation({
    summary: 'Get a message',
    params: ID,
    answers: { 200: { description: 'All that is known of it.', type: MessageDetail } },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Get(':id')
  @RequireAbility('messages.read')
  async get(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<MessageDetail> {
    return presentMessageDetail(await this.messages.get(id, { workspace }));
  }

  @Operation({
    summary: 'Send a failed message again',
    description: 'As a new message with the same content. Asked for twice, it is sent once.',
    params: ID,
    answers: { 201: { description: 'The new message.', type: MessageDetail } },
    errors: [400, 404, 409, 429, 502, 504],
    throws: [NOT_FOUND],
  })
  @Post(':id/send-again')
  @HttpCode(201)
  @RequireAbility('messages.send')
  async sendAgain(
    @Param('id') id: string,
    @Body(new ValidDtoPipe(SendAgainDto)) { include_unknown }: SendAgainDto,
    @CurrentCaller() { workspace, apiKeyId }: WhatsAppCaller,
  ): Promise<MessageDetail> {
    const { id: row } = await this.messages.get(id, { workspace });
    const includeUnknown = include_unknown ?? false;
    return presentMessageDetail(await this.messages.sendAgain(row, { workspace, apiKeyId, includeUnknown }));
  }
}
