import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { WhatsAppPhoneNumber, WhatsAppSendingPause } from '../../accounts/account.view.js';
import { PhoneNumbers } from '../../accounts/phone-numbers.js';
import { WorkspacesService } from '../../accounts/workspaces.service.js';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { BULK_OPTIONS, type BulkOptions } from '../../bulk/bulk.options.js';
import { NumberPace } from '../../bulk/forecast.js';
import { totalsOf } from '../../costs/cost-sums.js';
import { COSTS_OPTIONS, type CostsOptions } from '../../costs/costs.options.js';
import { CostsService } from '../../costs/costs.service.js';
import { NotFoundError } from '../../errors.js';
import { throughputOf } from '../../pacing/pace-rules.js';
import type { MessageHour } from '../../messages/message-reads.js';
import { MessagesService } from '../../messages/messages.service.js';
import { MessagingLimits } from '../../messages/messaging-limits.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';

/** What became of the messages of one hour. */
export class HourCounts {
  @Field({ format: 'date-time', example: '2026-11-16T21:00:00.000Z' })
  at!: Date;

  @Field({ type: 'integer', description: 'With those that were delivered and read.', example: 120 })
  sent!: number;

  @Field({ type: 'integer', description: 'With those that were read.', example: 118 })
  delivered!: number;

  @Field({ type: 'integer', example: 71 })
  read!: number;

  @Field({ type: 'integer', example: 2 })
  failed!: number;
}

/** Answer of `GET /api/overview`. */
export class OverviewAnswer {
  @Field({ type: () => HourCounts, each: true, description: 'Of the last 48 hours, the oldest first.' })
  hours!: readonly HourCounts[];

  @Field({
    type: 'boolean',
    description: 'Whether the oldest hours have more messages than are counted.',
    example: false,
  })
  is_cut!: boolean;
}

/** Why a number sends nothing at present. */
export class NumberPause {
  @Field({ description: 'Whether it is the number or its account.', enum: ['number', 'account'], example: 'number' })
  scope!: 'number' | 'account';

  @Field({ nullable: true, example: '131031' })
  code!: string | null;

  @Field({ example: 'Meta has locked or restricted the business account.' })
  message!: string;

  @Field({ format: 'date-time', example: '2026-11-16T21:00:00.000Z' })
  since!: Date;

  @Field({ format: 'date-time', description: 'Null until someone resumes it.', nullable: true, example: null })
  until!: Date | null;
}

/** A phone number and how it is. */
export class ConsoleNumber {
  @Field({ description: 'Meta’s id.', example: '106540352242922' })
  phone_number_id!: string;

  @Field({ nullable: true, example: '+54 9 223 675-0780' })
  display_phone_number!: string | null;

  @Field({ nullable: true, example: 'Mi Empresa' })
  verified_name!: string | null;

  @Field({ description: 'Meta’s word, such as `GREEN`.', nullable: true, example: 'GREEN' })
  quality!: string | null;

  @Field({ description: 'Meta’s word, such as `CONNECTED`.', nullable: true, example: 'CONNECTED' })
  status!: string | null;

  @Field({ type: 'boolean', example: true })
  is_primary!: boolean;

  @Field({
    type: 'integer',
    description: 'People in 24 hours; null where there is no limit.',
    nullable: true,
    example: 2000,
  })
  limit!: number | null;

  @Field({
    type: 'integer',
    description: 'People who count against it now; null where nothing is counted.',
    nullable: true,
    example: 1204,
  })
  used!: number | null;

  @Field({
    type: 'number',
    description: 'Messages per second that it may send now; slower after Meta asked for it.',
    example: 76,
  })
  pace!: number;

  @Field({ type: 'number', description: 'Messages per second that Meta takes from it.', example: 80 })
  throughput!: number;

  @Field({
    format: 'date-time',
    description: 'When Meta last sent a webhook about its account.',
    nullable: true,
    example: null,
  })
  webhook_at!: Date | null;

  @Field({ type: () => NumberPause, nullable: true })
  pause!: NumberPause | null;
}

/** Answer of `GET /api/numbers`. */
export class NumbersAnswer {
  @Field({ type: () => ConsoleNumber, each: true })
  numbers!: readonly ConsoleNumber[];
}

/** What the messages of a day cost. */
export class CostDay {
  @Field({ description: 'By the account’s time zone.', example: '2026-11-30' })
  day!: string;

  @Field({ description: 'An exact decimal.', example: '1.2345' })
  amount!: string;
}

/** What messages cost, in one currency. */
export class CostSum {
  @Field({ example: 'USD' })
  currency!: string;

  @Field({ description: 'Of today, by the account’s time zone: an exact decimal.', example: '1.2345' })
  today!: string;

  @Field({ description: 'Of this month.', example: '31.5' })
  month!: string;

  @Field({ type: () => CostDay, each: true, description: 'The days of this month until now, the first one first.' })
  days!: readonly CostDay[];
}

/** Answer of `GET /api/overview/costs`. */
export class CostsAnswer {
  @Field({ type: 'boolean', description: 'Whether the module was given a rate card.', example: true })
  is_configured!: boolean;

  @Field({ type: () => CostSum, each: true, description: 'One for each currency.' })
  sums!: readonly CostSum[];
}

/** Answer of `POST /api/numbers/{id}/resume`. */
export class ResumedNumber {
  @Field({ type: 'boolean', description: 'Whether it was paused.', example: true })
  was_paused!: boolean;
}

/** Query of `GET /api/overview`. */
export class OverviewDto {
  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @Field({ description: 'Only those from this number: Meta’s id of it.', service: 'phoneNumberId' })
  phone_number_id?: string;
}

const HOURS = 48;

/** What happens today, and how the phone numbers are. */
@Controller('api')
export class ConsoleOverviewController {
  constructor(
    private readonly messages: MessagesService,
    private readonly accounts: AccountsService,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly limits: MessagingLimits,
    private readonly pace: NumberPace,
    private readonly costs: CostsService,
    @Inject(COSTS_OPTIONS) private readonly costsOptions: CostsOptions,
    @Inject(BULK_OPTIONS) private readonly bulkOptions: BulkOptions,
  ) {}

  @Operation({
    summary: 'Count the messages of the last hours',
    answers: { 200: { description: 'By hour and by what became of them.', type: OverviewAnswer } },
    errors: [400],
  })
  @Get('overview')
  @RequireAbility('messages.read')
  async overview(
    @Query(new ValidDtoPipe(OverviewDto)) { phone_number_id }: OverviewDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<OverviewAnswer> {
    const phoneNumberId = phone_number_id || undefined;
    const { hours, isCut } = await this.messages.activity({ workspace, phoneNumberId, hours: HOURS });
    return { hours: hours.map(presentHour), is_cut: isCut };
  }

  @Operation({
    summary: 'Sum up what messages cost',
    description: 'Of those that were delivered today and this month; nothing without a rate card.',
    answers: { 200: { description: 'By currency.', type: CostsAnswer } },
  })
  @Get('overview/costs')
  @RequireAbility('messages.read')
  async sumCosts(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<CostsAnswer> {
    if (!this.costsOptions.isConfigured) return { is_configured: false, sums: [] };
    const { rows, totals } = await this.costs.report({ workspace, groupBy: ['day'] });
    const latest = rows.reduce((day, row) => (row.day !== null && row.day > day ? row.day : day), '');
    const today = new Date().toISOString().slice(0, 10);
    // Where the account is ahead of UTC, its day has begun already.
    const day = latest > today ? latest : today;
    const days = daysUntil(day).map((name) => ({
      day: name,
      totals: totalsOf(rows.filter((row) => row.day === name)),
    }));
    return {
      is_configured: true,
      sums: totals.map(({ currency, amount: month }) => {
        const amounts = days.map(({ day: name, totals: sums }) => ({
          day: name,
          amount: sums.find((total) => total.currency === currency)?.amount ?? '0',
        }));
        return { currency, today: amounts.at(-1)?.amount ?? '0', month, days: amounts };
      }),
    };
  }

  @Operation({
    summary: 'List the phone numbers with their quality, limits and pauses',
    answers: { 200: { description: 'The oldest first.', type: NumbersAnswer } },
  })
  @Get('numbers')
  @RequireAbility('accounts.read')
  async numbers(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<NumbersAnswer> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const [views, rows, pauses, accounts] = await Promise.all([
      this.accounts.phoneNumbers({ workspace }),
      this.phoneNumbers.list(workspaceId),
      this.accounts.sendingPauses({ workspace }),
      this.accounts.list({ workspace }),
    ]);
    const numbers = await Promise.all(
      views.map(async (view) => {
        const row = rows.find(({ id }) => id === view.id);
        const portfolio = row && this.limits.portfolioOf(row);
        // Without a limit nothing is counted, and counting would read the messages of a day.
        const usage = portfolio && portfolio.limit !== null ? await this.limits.usage(portfolio) : undefined;
        const account = accounts.find(({ businessAccountId }) => businessAccountId === view.businessAccountId);
        return {
          ...presentNumber(view),
          limit: usage?.limit ?? null,
          used: usage?.used ?? null,
          pace: row ? await this.pace.of(row) : 0,
          throughput: row ? throughputOf(row, this.bulkOptions.messagesPerSecond) : 0,
          webhook_at: account?.webhookAt ?? null,
          pause: presentPause(pauses.find((pause) => isOf(pause, view))),
        };
      }),
    );
    return { numbers };
  }

  @Operation({
    summary: 'Let a paused number send again',
    description: 'Itself, or its account with all its numbers. If Meta still refuses, it is paused again.',
    params: { id: { description: 'Meta’s id of the number.', schema: string() } },
    answers: { 200: { description: 'Done.', type: ResumedNumber } },
    errors: [404],
    throws: [new NotFoundError('PHONE_NUMBER_NOT_FOUND', 'There is no phone number 45.')],
  })
  @Post('numbers/:id/resume')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async resume(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<ResumedNumber> {
    return { was_paused: await this.accounts.resumeSending(id, { workspace }) };
  }
}

/** The days of a month up to one of them. */
const daysUntil = (last: string): string[] =>
  Array.from(
    { length: Number(last.slice(8)) },
    (_, index) => `${last.slice(0, 8)}${String(index + 1).padStart(2, '0')}`,
  );

const presentHour = ({ at, sent, delivered, read, failed }: MessageHour): HourCounts => ({
  at,
  sent,
  delivered,
  read,
  failed,
});

const isOf = (
  { scope, subjectId }: WhatsAppSendingPause,
  { phoneNumberId, businessAccountId }: WhatsAppPhoneNumber,
): boolean => subjectId === (scope === 'account' ? businessAccountId : phoneNumberId);

const presentNumber = (number: WhatsAppPhoneNumber) => ({
  phone_number_id: number.phoneNumberId,
  display_phone_number: number.displayPhoneNumber,
  verified_name: number.verifiedName,
  quality: number.qualityRating,
  status: number.status,
  is_primary: number.isPrimary,
});

const presentPause = (pause: WhatsAppSendingPause | undefined): NumberPause | null => {
  if (!pause) return null;
  const { scope, code, message, since, until } = pause;
  return { scope, code, message, since, until };
};
