import { Controller, Get, Param } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { MessagesService } from '../../../messages/messages.service.js';
import { Operation } from '../../openapi/operation.js';
import { presentSuccess } from '../success.presenter.js';
import { messageStatusOperation } from './message-status.operations.js';
import { presentStatus } from './message-status.presenter.js';

/** Tells what became of messages. */
@Controller('messages')
export class MessageStatusController {
  constructor(private readonly messages: MessagesService) {}

  /** By Meta's id or by row id. */
  @Get(':id/status')
  @RequireAbility('messages.send')
  @Operation(messageStatusOperation)
  async status(@Param('id') id: string, @CurrentCaller() { workspace }: Caller): Promise<object> {
    const message = await this.messages.get(id, { workspace });
    return presentSuccess('Message status retrieved successfully', presentStatus(message));
  }
}
