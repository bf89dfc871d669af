import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { wasCreatedBy, presentSent, SentData } from '../sent.presenter.js';
import { NotFoundError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import { BodyStream, type ByteStream, StreamedBody } from '../../bodies/body.decorators.js';
import { MULTIPART, withForm } from '../../bodies/multipart/read-multipart.js';
import { IdempotencyKey } from '../../surface/handler-parameters.js';
import { Operation } from '../../openapi/operation.js';
import { FailsAs } from '../fails-as.decorator.js';
import { Field } from '../../surface/dto.js';
import { success, successAnswer, type Success } from '../success.js';
import { MEDIA_FILES, MediaRequests, MEDIA_KINDS, MediaMessageDto, MediaMessageForm } from './media-requests.js';

export class SentMediaData extends SentData {
  @Field({ enum: MEDIA_KINDS, example: 'image' })
  media_type!: string;
}

/** Sends files, by their address or as a form with the file itself. */
@Controller('messages')
export class MediaMessagesController {
  constructor(private readonly requests: MediaRequests) {}

  @Post('media')
  @HttpCode(200)
  @StreamedBody(MULTIPART)
  @RequireAbility('messages.send')
  @FailsAs('Failed to send media message')
  @Operation({
    summary: 'Send a file',
    description:
      'By its address or, in a form, as a file, of which the first bytes show the type. Meta delivers it to people who ' +
      'wrote in the last 24 hours.',
    isIdempotent: true,
    body: MediaMessageDto,
    content: { [MULTIPART]: { schema: (refTo) => refTo(MediaMessageForm) } },
    answers: { 200: successAnswer('Meta accepted the message.', 'Media message sent successfully', SentMediaData) },
    errors: [400, 404, 409, 413, 422, 429, 500, 504],
    throws: [new NotFoundError('PHONE_NUMBER_NOT_FOUND', 'The workspace has no phone number to send from.')],
  })
  async send(
    @Body() json: unknown,
    @BodyStream() stream: ByteStream | undefined,
    @CurrentCaller() caller: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<Success<SentMediaData>> {
    const sent = await withForm({ stream, json }, MEDIA_FILES, (form) => this.requests.send(form, caller, idempotency));
    const isFirst = wasCreatedBy(sent.conversation.contact, sent.message);
    const data = { ...presentSent(sent, isFirst), media_type: sent.message.type };
    return success('Media message sent successfully', data);
  }
}
