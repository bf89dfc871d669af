import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { isMadeFor } from '../../../conversations/is-made-for.js';
import type { IdempotencyInput } from '../../../idempotency/idempotency-key.js';
import { BodyStream, type ByteStream } from '../../bodies/body-stream.decorator.js';
import { MULTIPART } from '../../bodies/multipart/read-multipart.js';
import { withForm } from '../../bodies/multipart/with-form.js';
import { StreamedBody } from '../../bodies/streamed-body.decorator.js';
import { IdempotencyKey } from '../../idempotency-key.decorator.js';
import { Operation } from '../../openapi/operation.js';
import { FailsAs } from '../fails-as.decorator.js';
import { presentSent } from '../sent.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { sendMediaMessageOperation } from './media-messages.operations.js';
import { MEDIA_FILES, MediaRequests } from './media-requests.js';

/** Sends files, by their address or as a form with the file itself. */
@Controller('messages')
export class MediaMessagesController {
  constructor(private readonly requests: MediaRequests) {}

  @Post('media')
  @HttpCode(200)
  @StreamedBody(MULTIPART)
  @RequireAbility('messages.send')
  @FailsAs('Failed to send media message')
  @Operation(sendMediaMessageOperation)
  async send(
    @Body() json: unknown,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentCaller() caller: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const sent = await withForm({ stream, json }, MEDIA_FILES, (form) => this.requests.send(form, caller, idempotency));
    const isFirst = isMadeFor(sent.conversation.contact, sent.message);
    const data = { ...presentSent(sent, isFirst), media_type: sent.message.type };
    return presentSuccess('Media message sent successfully', data);
  }
}
