import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { BulkSendStateError } from '../../../bulk/bulk.errors.js';
import { ValidDtoPipe, Field } from '../../surface/dto.js';
import { Operation } from '../../openapi/operation.js';
import { BULK_SEND_ANSWER, BulkSendView, ID_PARAM, NOT_FOUND, presentBulkSend } from './bulk-send.presenter.js';
import { IsBoolean, IsOptional } from 'class-validator';

/** Body of `POST /meta-templates/bulk-sends/{id}/retry/`. */
export class RetryBulkSendDto {
  @IsOptional()
  @IsBoolean({ message: 'must be true or false.' })
  @Field({
    description: 'Also those of which the outcome is unknown: their recipients may then get the message twice.',
    default: false,
    example: false,
  })
  include_unknown?: boolean | null;
}

/** Answer of `POST /meta-templates/bulk-sends/{id}/retry/`. */
export class RetriedBulkSend extends BulkSendView {
  @Field({ type: 'integer', description: 'Messages that are tried again.', example: 2 })
  retried_count!: number;
}

/** What the documentation of these calls shares. @param refusal of a bulk send in another state */
const control = (refusal: string) => ({
  params: ID_PARAM,
  answers: { 200: BULK_SEND_ANSWER },
  errors: [404, 409],
  throws: [NOT_FOUND, new BulkSendStateError(refusal)],
});

/** Pauses, resumes, cancels and retries bulk sends. */
@Controller('meta-templates/bulk-sends')
export class BulkSendControlController {
  constructor(private readonly bulk: BulkService) {}

  @Operation({
    ...control('The bulk send is COMPLETED; it cannot be paused any more.'),
    summary: 'Pause a bulk send',
    description: 'Nothing more is sent within a second, until it is resumed.',
  })
  @Post(':id/pause')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async pause(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<BulkSendView> {
    return presentBulkSend(await this.bulk.pause(id, { workspace }));
  }

  @Operation({
    ...control('The bulk send is COMPLETED; it cannot be resumed any more.'),
    summary: 'Resume a paused bulk send',
    description: 'It continues where it stopped.',
  })
  @Post(':id/resume')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async resume(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<BulkSendView> {
    return presentBulkSend(await this.bulk.resume(id, { workspace }));
  }

  @Operation({
    ...control('The bulk send is COMPLETED; it cannot be cancelled any more.'),
    summary: 'Cancel a bulk send',
    description: 'Nothing more is sent within a second. What was not sent fails as `CANCELLED`.',
  })
  @Post(':id/cancel')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async cancel(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<BulkSendView> {
    return presentBulkSend(await this.bulk.cancel(id, { workspace }));
  }

  @Operation({
    ...control('The bulk send was cancelled; make a new one.'),
    summary: 'Try failed recipients again',
    description: 'Those with an error that may pass.',
    answers: { 200: { description: 'Its present status, and how many are tried again.', type: RetriedBulkSend } },
    errors: [400, 404, 409],
  })
  @Post(':id/retry')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async retry(
    @Param('id') id: string,
    @Body(new ValidDtoPipe(RetryBulkSendDto)) { include_unknown }: RetryBulkSendDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<RetriedBulkSend> {
    const { retried, bulkSend } = await this.bulk.retry(id, { workspace, includeUnknown: include_unknown ?? false });
    return { ...presentBulkSend(bulkSend), retried_count: retried };
  }
}
