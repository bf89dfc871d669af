import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { wasCreatedBy } from '../../../conversations/was-created-by.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import { BodyStream, type ByteStream } from '../../bodies/body-stream.decorator.js';
import { MULTIPART } from '../../bodies/multipart/read-multipart.js';
import { withForm } from '../../bodies/multipart/with-form.js';
import { StreamedBody } from '../../bodies/streamed-body.decorator.js';
import { IdempotencyKey } from '../../idempotency-key.decorator.js';
import { Operation, type OperationDescription } from '../../openapi/operation.js';
import { FailsAs } from '../fails-as.decorator.js';
import { presentSent } from '../sent.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { MEDIA_FILES, MediaRequests } from './media-requests.js';
import { object, oneOf, string } from '../../openapi/schema.js';
import { SENT_FIELDS } from '../sent.schema.js';
import { successSchema } from '../success.schema.js';
import { MEDIA_KINDS } from './media-message.dto.js';

const names = {
  phone_number: string({ description: 'The recipient: 8 to 15 digits with country code, with or without `+`.' }),
  media_type: oneOf(...MEDIA_KINDS),
};

const media_url = string({ description: 'Where Meta fetches the file: a public address.' });

const words = {
  caption: string({ maxLength: 1_024, description: 'Audio has none.' }),
  filename: string({ maxLength: 255, description: 'Of a document, as the customer sees it.' }),
};

const media_file = string({
  format: 'binary',
  description: 'In place of `media_url`: images up to 5,120 KB, video and audio 16,384 KB, documents 102,400 KB.',
});

const sentSchema = object({ ...SENT_FIELDS, media_type: oneOf(...MEDIA_KINDS) });

const sendMediaMessageOperation: OperationDescription = {
  summary: 'Send a file',
  description:
    'By its address or, in a form, as a file, whose type is told by its first bytes. Meta delivers it to people who wrote ' +
    'in the last 24 hours.',
  isIdempotent: true,
  json: {
    schema: object({ ...names, media_url }, words),
    example: {
      phone_number: '+14155551234',
      media_type: 'image',
      media_url: 'https://example.com/photo.jpg',
      caption: 'As promised',
    },
  },
  content: { 'multipart/form-data': { schema: object(names, { media_url, media_file, ...words }) } },
  answers: {
    200: {
      description: 'Meta took the message.',
      json: {
        schema: successSchema(sentSchema),
        example: {
          status: 'success',
          message: 'Media message sent successfully',
          data: {
            message_id: 'wamid.HBgLMTQxNTU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTgA',
            contact_id: 45,
            phone: '+14155551234',
            media_type: 'image',
            status: 'sent',
            sent_at: '2026-11-16T21:30:00.000Z',
            chat_id: 77,
            contact_created: false,
          },
        },
      },
    },
  },
  errors: [400, 404, 409, 413, 422, 429, 500, 504],
};

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
    const isFirst = wasCreatedBy(sent.conversation.contact, sent.message);
    const data = { ...presentSent(sent, isFirst), media_type: sent.message.type };
    return presentSuccess('Media message sent successfully', data);
  }
}
