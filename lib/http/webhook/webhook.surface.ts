import { Catch } from '@nestjs/common';
import { WebhookHandshakeError, WebhookSignatureError } from '../../webhooks/webhooks.errors.js';
import { tooLargeToTake } from '../bodies/read-body.js';
import { exampleErrors } from '../openapi/example-errors.js';
import type { Surface, SurfaceDocumentation } from '../surface/surface.js';
import { WebhookController } from './webhook.controller.js';
import type { DescribedError } from '../surface/described-error.js';
import { SurfaceExceptionFilter } from '../surface/surface-exception.filter.js';
import { Field } from '../surface/dto.js';

/** Body of every refusal. */
class ErrorAnswer {
  @Field()
  error!: string;

  @Field()
  code!: string;
}

/** Words errors as `{error, code}`; Meta looks at the status alone. */
@Catch()
class WebhookExceptionFilter extends SurfaceExceptionFilter {
  protected body({ message, code }: DescribedError): ErrorAnswer {
    return { error: message, code };
  }
}

const documentation: SurfaceDocumentation = {
  tag: 'Webhook',
  refusal: ErrorAnswer,
  refusals: [
    { description: 'The body is no webhook.', error: exampleErrors.notAnObject },
    {
      description: 'No app secret of any account signed the body; nothing is stored.',
      error: new WebhookSignatureError(),
    },
    { description: 'The verify token is wrong.', error: new WebhookHandshakeError() },
    { description: 'The body is too large.', error: tooLargeToTake(3 * 1024 * 1024) },
    { description: 'The database cannot be reached: Meta sends it again.', error: exampleErrors.internal },
  ],
};

/** What Meta calls. The signature of each body identifies the caller, and no key. */
export const webhookSurface: Surface = {
  defaultPrefix: '/whatsapp/webhook',
  guards: [],
  controllers: [WebhookController],
  filter: WebhookExceptionFilter,
  documentation,
};
