import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { ValidDtoPipe } from '../../dto.pipe.js';
import { presentBulkSend } from './bulk-send.presenter.js';
import { Operation, type OperationDescription } from '../../openapi/operation.js';
import { IsBoolean, IsOptional } from 'class-validator';
import { boolean, object } from '../../openapi/schema.js';
import { bulkSendAnswer, bulkSendExample, idParam, retriedBulkSendSchema } from './bulk-sends.schemas.js';

const control = (summary: string, description: string): OperationDescription => ({
  summary,
  description,
  params: idParam,
  answers: { 200: bulkSendAnswer },
  errors: [404, 409],
});

const pauseOperation = control('Pause a bulk send', 'Nothing more is sent within a second, until it is resumed.');

const resumeOperation = control('Let a paused bulk send go on', 'It goes on where it stopped.');

const cancelOperation = control(
  'Cancel a bulk send',
  'Nothing more is sent within a second. What was not sent fails as `CANCELLED`.',
);

const retryOperation: OperationDescription = {
  ...control('Try failed recipients again', 'Those whose error may pass.'),
  json: {
    schema: object(
      {},
      {
        include_unknown: boolean({
          description: 'Also those whose outcome nobody knows, who may then get the message twice.',
          default: false,
          nullable: true,
        }),
      },
    ),
    example: { include_unknown: false },
  },
  answers: {
    200: {
      description: 'How it stands, and how many are tried again.',
      json: { schema: retriedBulkSendSchema, example: { ...bulkSendExample, retried_count: 2 } },
    },
  },
  errors: [400, 404, 409],
};

/** Body of `POST /meta-templates/bulk-sends/{id}/retry/`. */
class RetryBulkSendDto {
  /** Also messages whose outcome nobody knows, which their recipients may then get twice. */
  @IsOptional()
  @IsBoolean({ message: 'must be true or false.' })
  include_unknown?: boolean | null;
}

/** Stops bulk sends and lets them go on. */
@Controller('meta-templates/bulk-sends')
export class BulkSendControlController {
  constructor(private readonly bulk: BulkService) {}

  @Operation(pauseOperation)
  @Post(':id/pause')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async pause(@Param('id') id: string, @CurrentCaller() { workspace }: Caller): Promise<object> {
    return presentBulkSend(await this.bulk.pause(id, { workspace }));
  }

  @Operation(resumeOperation)
  @Post(':id/resume')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async resume(@Param('id') id: string, @CurrentCaller() { workspace }: Caller): Promise<object> {
    return presentBulkSend(await this.bulk.resume(id, { workspace }));
  }

  @Operation(cancelOperation)
  @Post(':id/cancel')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async cancel(@Param('id') id: string, @CurrentCaller() { workspace }: Caller): Promise<object> {
    return presentBulkSend(await this.bulk.cancel(id, { workspace }));
  }

  /** Answers the status object with `retried_count`: how many messages are tried again. */
  @Operation(retryOperation)
  @Post(':id/retry')
  @HttpCode(200)
  @RequireAbility('messages.send')
  async retry(
    @Param('id') id: string,
    @Body(new ValidDtoPipe(RetryBulkSendDto)) { include_unknown }: RetryBulkSendDto,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const { retried, bulkSend } = await this.bulk.retry(id, { workspace, includeUnknown: include_unknown ?? false });
    return { ...presentBulkSend(bulkSend), retried_count: retried };
  }
}
