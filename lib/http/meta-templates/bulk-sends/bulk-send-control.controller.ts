import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { BulkService } from '../../../bulk/bulk.service.js';
import { ValidDtoPipe } from '../../dto.pipe.js';
import { presentBulkSend } from './bulk-send.presenter.js';
import { RetryBulkSendDto } from './retry-bulk-send.dto.js';
import { Operation } from '../../openapi/operation.js';
import { cancelOperation, pauseOperation, resumeOperation, retryOperation } from './bulk-send-control.operations.js';

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
