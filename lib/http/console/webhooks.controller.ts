import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { NotFoundError } from '../../errors.js';
import { type FailedWebhookItem, WebhooksService } from '../../webhooks/webhooks.service.js';
import { PageDto, toPage } from '../meta-templates/bulk-sends/page.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, type Plain, ValidDtoPipe } from '../surface/dto.js';

/** When Meta last reported of an account. */
export class WebhookAccount {
  @Field({ description: 'Meta’s id.', example: '102290129340398' })
  business_account_id!: string;

  @Field({ nullable: true, example: 'Mi Empresa' })
  name!: string | null;

  @Field({
    format: 'date-time',
    description: 'To within half a minute; null before the first.',
    nullable: true,
    example: null,
  })
  webhook_at!: Date | null;
}

/** Webhooks that no known app secret signed. */
export class RefusedWebhooksView {
  @Field({ type: 'integer', description: 'Of the last 24 hours.', example: 0 })
  last_day!: number;

  @Field({ type: 'integer', description: 'Of the last 7 days.', example: 0 })
  last_week!: number;

  @Field({ format: 'date-time', nullable: true, example: null })
  last_at!: Date | null;
}

/** Items about an account that the app secret which signed them is not configured for. */
export class UnclaimedAccountView {
  @Field({ description: 'Meta’s id.', example: '102290129340398' })
  business_account_id!: string;

  @Field({ type: 'integer', example: 3 })
  count!: number;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  last_at!: Date;
}

/** Answer of `GET /api/webhooks`. */
export class WebhooksAnswer {
  @Field({ type: () => WebhookAccount, each: true })
  accounts!: readonly WebhookAccount[];

  @Field({ type: () => RefusedWebhooksView, description: 'Of all workspaces: it is not known which they are for.' })
  refused!: RefusedWebhooksView;

  @Field({ type: () => UnclaimedAccountView, each: true })
  unclaimed!: readonly UnclaimedAccountView[];
}

const KINDS = ['status', 'message', 'field', 'unreadable'] as const;

/** An item of a webhook that could not be applied. */
export class FailedItem {
  @Field({ type: 'integer', example: 7 })
  id!: number;

  @Field({ description: 'Meta’s id; empty for an entry of no account.', example: '102290129340398' })
  business_account_id!: string;

  @Field({ description: 'Meta’s name of what changed.', example: 'messages' })
  field!: string;

  @Field({ enum: KINDS, example: 'status' })
  kind!: FailedWebhookItem['kind'];

  @Field({ description: 'Why, the last time.', example: 'Invalid timestamp "x": expected Unix seconds.' })
  error!: string;

  @Field({ type: 'integer', example: 1 })
  tries!: number;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  received_at!: Date;
}

/** An item with all of it. */
export class FailedItemDetail extends FailedItem {
  @Field({ description: 'What came, in JSON.', example: '{"kind":"status"}' })
  content!: string;
}

/** Answer of `GET /api/webhooks/failed`. */
export class FailedItemsAnswer {
  @Field({ type: () => FailedItem, each: true })
  items!: readonly FailedItem[];

  @Field({ type: 'integer', description: 'Of all pages.', example: 1 })
  total!: number;
}

/** Answer of `POST /api/webhooks/failed/{id}/apply`. */
export class AppliedItem {
  @Field({ type: 'boolean', description: 'If not, the item says why.', example: true })
  is_applied!: boolean;
}

/** Answer of `POST /api/webhooks/failed/apply`. */
export class AppliedItems {
  @Field({ type: 'integer', example: 3 })
  applied!: number;

  @Field({ type: 'integer', description: 'Those that failed again.', example: 0 })
  failed!: number;
}

const ID = { id: { description: 'Row id of the item.', schema: string() } };
const NOT_FOUND = new NotFoundError('WEBHOOK_ITEM_NOT_FOUND', 'There is no failed webhook item 7.');

/** Shows what came of Meta's webhooks, and applies again what could not be. */
@Controller('api/webhooks')
export class ConsoleWebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly accounts: AccountsService,
  ) {}

  @Operation({
    summary: 'Get when webhooks came, and what was refused',
    answers: { 200: { description: 'By account.', type: WebhooksAnswer } },
  })
  @Get()
  @RequireAbility('webhooks.read')
  async get(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<WebhooksAnswer> {
    const [accounts, { lastDay, lastWeek, lastAt }, unclaimed] = await Promise.all([
      this.accounts.list({ workspace }),
      this.webhooks.refusedSignatures(),
      this.webhooks.unclaimedItems({ workspace }),
    ]);
    return {
      accounts: accounts.map(({ businessAccountId, name, webhookAt }) => ({
        business_account_id: businessAccountId,
        name,
        webhook_at: webhookAt,
      })),
      refused: { last_day: lastDay, last_week: lastWeek, last_at: lastAt },
      unclaimed: unclaimed.map((account) => ({
        business_account_id: account.businessAccountId,
        count: account.count,
        last_at: account.lastAt,
      })),
    };
  }

  @Operation({
    summary: 'List items of webhooks that could not be applied',
    answers: { 200: { description: 'A page of them, the newest first.', type: FailedItemsAnswer } },
    errors: [400],
  })
  @Get('failed')
  @RequireAbility('webhooks.read')
  async failed(
    @Query(new ValidDtoPipe(PageDto)) query: PageDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<FailedItemsAnswer> {
    const { items, total } = await this.webhooks.failedItems({ workspace, ...toPage(query) });
    return { items: items.map(presentItem), total };
  }

  @Operation({
    summary: 'Get an item of a webhook that could not be applied',
    params: ID,
    answers: { 200: { description: 'With what came.', type: FailedItemDetail } },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Get('failed/:id')
  @RequireAbility('webhooks.read')
  async item(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<FailedItemDetail> {
    const item = await this.webhooks.failedItem(Number(id), { workspace });
    return { ...presentItem(item), content: item.content };
  }

  @Operation({
    summary: 'Apply all items again that could not be applied',
    answers: { 200: { description: 'How many were.', type: AppliedItems } },
  })
  @Post('failed/apply')
  @HttpCode(200)
  @RequireAbility('webhooks.update')
  applyAll(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<AppliedItems> {
    return this.webhooks.applyAllAgain({ workspace });
  }

  @Operation({
    summary: 'Apply an item again',
    description: 'One that is applied is kept no longer.',
    params: ID,
    answers: { 200: { description: 'Tried.', type: AppliedItem } },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Post('failed/:id/apply')
  @HttpCode(200)
  @RequireAbility('webhooks.update')
  async apply(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<AppliedItem> {
    return { is_applied: await this.webhooks.applyAgain(Number(id), { workspace }) };
  }
}

const presentItem = (item: FailedWebhookItem): Plain<FailedItem> => ({
  id: item.id,
  business_account_id: item.businessAccountId,
  field: item.field,
  kind: item.kind,
  error: item.error,
  tries: item.tries,
  received_at: item.receivedAt,
});
