import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { CALLBACK_EVENTS, type CallbackEventName } from '../../callbacks/callback.entity.js';
import type { CallbackDelivery, WhatsAppCallback } from '../../callbacks/callbacks.inputs.js';
import { CallbacksService } from '../../callbacks/callbacks.service.js';
import { ConfigurationError, ConflictError, NotFoundError } from '../../errors.js';
import { MessagesService } from '../../messages/messages.service.js';
import { PageDto, toPage } from '../meta-templates/bulk-sends/page.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, type Plain, ValidDtoPipe } from '../surface/dto.js';
import { IsOneOf } from '../surface/is-one-of.decorator.js';

const TEXT = { message: 'must be a text.' };
const STATUSES = ['pending', 'delivered', 'failed'] as const;

/** Where a workspace's callbacks go. */
export class CallbackView {
  @Field({ example: 'https://api.example.com/whatsapp' })
  url!: string;

  @Field({
    each: true,
    itemSchema: { enum: CALLBACK_EVENTS },
    description: 'Null for all.',
    nullable: true,
    example: null,
  })
  events!: readonly CallbackEventName[] | null;

  @Field({ type: 'integer', description: 'Tries that failed since the last one that came through.', example: 0 })
  failures!: number;

  @Field({ format: 'date-time', nullable: true, example: null })
  failing_since!: Date | null;

  @Field({ format: 'date-time', description: 'Nothing is delivered before this.', nullable: true, example: null })
  resting_until!: Date | null;

  @Field({ format: 'date-time', description: 'When it was last set.', example: '2026-11-16T21:30:00.000Z' })
  updated_at!: Date;
}

/** Answer of `GET /api/callbacks`. */
export class CallbackAnswer {
  @Field({ type: () => CallbackView, description: 'Null where none is set.', nullable: true })
  callback!: CallbackView | null;
}

/** Body of `POST /api/callbacks`. */
export class SetCallbackDto {
  @IsString(TEXT)
  @Field({
    description: 'https on the public Internet, unless the app allows more.',
    example: 'https://api.example.com',
  })
  url!: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'What signs the callbacks: 16 to 255 characters; made up when left out.' })
  secret?: string | null;

  @IsOptional()
  @Field({
    each: true,
    itemSchema: { enum: CALLBACK_EVENTS },
    description: 'All when left out.',
    example: ['message.status'],
  })
  events?: readonly CallbackEventName[] | null;
}

/** Answer of `POST /api/callbacks`. */
export class CallbackSetAnswer extends CallbackView {
  @Field({ description: 'Shown this once.', example: 'q3YJc2cXo0V4lqJ1c9cXo0V4lqJ1c9' })
  secret!: string;
}

/** One callback, on its way or delivered. */
export class DeliveryItem {
  @Field({ description: 'The receiver has it as `X-Webhook-Id`.', example: '0191d2c1-7a1b-8c3d-8e4f-5a6b7c8d9e0f' })
  id!: string;

  @Field({ enum: CALLBACK_EVENTS, example: 'message.status' })
  event!: CallbackEventName;

  @Field({ enum: STATUSES, example: 'delivered' })
  status!: CallbackDelivery['status'];

  @Field({ type: 'integer', example: 1 })
  attempts!: number;

  @Field({ format: 'date-time', nullable: true, example: null })
  next_attempt_at!: Date | null;

  @Field({ type: 'integer', description: 'HTTP, of the last answer.', nullable: true, example: 200 })
  response_status!: number | null;

  @Field({ description: 'Why the last try failed.', nullable: true, example: null })
  error!: string | null;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  created_at!: Date;

  @Field({ format: 'date-time', nullable: true, example: '2026-11-16T21:30:00.120Z' })
  delivered_at!: Date | null;
}

/** A callback with its body. */
export class DeliveryDetail extends DeliveryItem {
  @Field({ description: 'The body as it is sent.', example: '{"event":"message.status"}' })
  payload!: string;
}

/** Query of `GET /api/callbacks/deliveries`. */
export class ListDeliveriesDto extends PageDto {
  @IsOptional()
  @IsOneOf(STATUSES)
  @Field({ description: 'Only those with this status.' })
  status?: (typeof STATUSES)[number];

  @IsOptional()
  @IsOneOf(CALLBACK_EVENTS)
  @Field({ description: 'Only those that report this.' })
  event?: CallbackEventName;
}

/** Answer of `GET /api/callbacks/deliveries`. */
export class DeliveriesAnswer {
  @Field({ type: () => DeliveryItem, each: true })
  deliveries!: readonly DeliveryItem[];

  @Field({ type: 'integer', description: 'Of all pages.', example: 1 })
  total!: number;
}

/** A callback that reports a status of a message. */
export class MessageCallback extends DeliveryItem {
  @Field({ description: 'The status that it reports.', nullable: true, example: 'delivered' })
  message_status!: string | null;
}

/** Answer of `GET /api/messages/{id}/callbacks`. */
export class MessageCallbacksAnswer {
  @Field({ type: () => MessageCallback, each: true })
  deliveries!: readonly MessageCallback[];
}

/** Answer of `POST /api/callbacks/deliveries/resend`. */
export class ResentDeliveries {
  @Field({ type: 'integer', example: 3 })
  count!: number;
}

const ID = { id: { description: 'Of the delivery.', schema: string() } };
const NO_CALLBACK = new NotFoundError('CALLBACK_NOT_FOUND', 'The workspace has no callback.');
const NOT_FOUND = new NotFoundError(
  'CALLBACK_DELIVERY_NOT_FOUND',
  'There is no delivery of a callback 0191d2c1-7a1b-8c3d-8e4f-5a6b7c8d9e0f.',
);

/** Sets where callbacks go, shows how that goes, and sends them again. */
@Controller('api')
export class ConsoleCallbacksController {
  constructor(
    private readonly callbacks: CallbacksService,
    private readonly messages: MessagesService,
  ) {}

  @Operation({
    summary: 'Get where callbacks go',
    answers: { 200: { description: 'Without the secret.', type: CallbackAnswer } },
  })
  @Get('callbacks')
  @RequireAbility('webhooks.read')
  async get(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<CallbackAnswer> {
    try {
      return { callback: presentCallback(await this.callbacks.get({ workspace })) };
    } catch (error) {
      if (error instanceof NotFoundError && error.code === NO_CALLBACK.code) return { callback: null };
      throw error;
    }
  }

  @Operation({
    summary: 'Set where callbacks go',
    answers: { 200: { description: 'With the secret, which is not shown again.', type: CallbackSetAnswer } },
    errors: [400, 409],
  })
  @Post('callbacks')
  @HttpCode(200)
  @RequireAbility('webhooks.update')
  async set(
    @Body(new ValidDtoPipe(SetCallbackDto)) { url, secret, events }: SetCallbackDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<CallbackSetAnswer> {
    const input = { workspace, url, secret: secret || undefined, events: events ?? undefined };
    const set = await this.callbacks.set(input).catch((error: unknown) => {
      // What the app lacks is no fault of whoever asks, and not to be hidden from them.
      throw error instanceof ConfigurationError ? new ConflictError(error.code, error.message) : error;
    });
    return { ...presentCallback(set), secret: set.secret };
  }

  @Operation({
    summary: 'Remove where callbacks go',
    description: 'What still waits to be delivered has failed.',
    answers: { 204: { description: 'Removed.' } },
  })
  @Delete('callbacks')
  @HttpCode(204)
  @RequireAbility('webhooks.update')
  async remove(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<void> {
    await this.callbacks.remove({ workspace });
  }

  @Operation({
    summary: 'List deliveries of callbacks, newest first',
    answers: { 200: { description: 'A page of them.', type: DeliveriesAnswer } },
    errors: [400],
  })
  @Get('callbacks/deliveries')
  @RequireAbility('webhooks.read')
  async deliveries(
    @Query(new ValidDtoPipe(ListDeliveriesDto)) query: ListDeliveriesDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<DeliveriesAnswer> {
    const { status, event } = query;
    const { items, total } = await this.callbacks.deliveries({ workspace, status, event, ...toPage(query) });
    return { deliveries: items.map(presentDelivery), total };
  }

  @Operation({
    summary: 'Get a delivery of a callback',
    params: ID,
    answers: { 200: { description: 'With its body.', type: DeliveryDetail } },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Get('callbacks/deliveries/:id')
  @RequireAbility('webhooks.read')
  async delivery(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<DeliveryDetail> {
    const delivery = await this.callbacks.delivery(id, { workspace });
    return { ...presentDelivery(delivery), payload: delivery.payload };
  }

  @Operation({
    summary: 'Deliver everything once more that failed',
    answers: { 200: { description: 'Done.', type: ResentDeliveries } },
    errors: [404],
    throws: [NO_CALLBACK],
  })
  @Post('callbacks/deliveries/resend')
  @HttpCode(200)
  @RequireAbility('webhooks.update')
  async resendFailed(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<ResentDeliveries> {
    return { count: await this.callbacks.resendFailed({ workspace }) };
  }

  @Operation({
    summary: 'Deliver a callback once more',
    description: 'One that was delivered, or failed; one that waits is left to its next try.',
    params: ID,
    answers: { 200: { description: 'As it is now.', type: DeliveryItem } },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Post('callbacks/deliveries/:id/resend')
  @HttpCode(200)
  @RequireAbility('webhooks.update')
  async resend(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<DeliveryItem> {
    return presentDelivery(await this.callbacks.resend(id, { workspace }));
  }

  @Operation({
    summary: 'List the callbacks that report a message',
    params: { id: { description: 'Id of the message, or its wamid.', schema: string() } },
    answers: { 200: { description: 'The oldest first, as long as they are kept.', type: MessageCallbacksAnswer } },
    errors: [404],
    throws: [new NotFoundError('MESSAGE_NOT_FOUND', 'There is no message 12.')],
  })
  @Get('messages/:id/callbacks')
  @RequireAbility('webhooks.read')
  async ofMessage(
    @Param('id') id: string,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<MessageCallbacksAnswer> {
    const deliveries = await this.messages.callbacks(id, { workspace });
    return { deliveries: deliveries.map((one) => ({ ...presentDelivery(one), message_status: statusIn(one) })) };
  }
}

const presentCallback = (callback: WhatsAppCallback): Plain<CallbackView> => ({
  url: callback.url,
  events: callback.events,
  failures: callback.failures,
  failing_since: callback.failingSince,
  resting_until: callback.restingUntil,
  updated_at: callback.updatedAt,
});

const presentDelivery = (delivery: CallbackDelivery): Plain<DeliveryItem> => ({
  id: delivery.id,
  event: delivery.event,
  status: delivery.status,
  attempts: delivery.attempts,
  next_attempt_at: delivery.nextAttemptAt,
  response_status: delivery.responseStatus,
  error: delivery.error,
  created_at: delivery.createdAt,
  delivered_at: delivery.deliveredAt,
});

/** The module wrote the payload itself. */
function statusIn({ payload }: CallbackDelivery): string | null {
  const { data }: { data?: { status?: unknown } } = JSON.parse(payload);
  return typeof data?.status === 'string' ? data.status : null;
}
