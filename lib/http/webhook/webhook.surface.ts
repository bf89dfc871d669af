import type { Surface, SurfaceDocumentation } from '../surface.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookExceptionFilter, presentError } from './webhook-exception.filter.js';
import { WebhookHandshakeError, WebhookSignatureError } from '../../webhooks/webhooks.errors.js';
import { tooLargeToTake } from '../bodies/read-body.js';
import { describeError } from '../described-error.js';
import { exampleErrors } from '../openapi/example-errors.js';
import type { AnswerDescription } from '../openapi/operation.js';
import { object, string } from '../openapi/schema.js';

const refusal = (description: string, error: Error): AnswerDescription => ({
  description,
  json: { schema: object({ error: string(), code: string() }), example: presentError(describeError(error)) },
});

const webhookDocumentation: SurfaceDocumentation = {
  tag: 'Webhook',
  errors: {
    400: refusal('The body is no webhook.', exampleErrors.invalid),
    401: refusal('No app secret of any account signed the body; nothing is stored.', new WebhookSignatureError()),
    403: refusal('The verify token is wrong.', new WebhookHandshakeError()),
    413: refusal('The body is too large.', tooLargeToTake(3 * 1024 * 1024)),
    500: refusal('The database cannot be reached: Meta sends it again.', exampleErrors.internal),
  },
};

/** What Meta calls. Who calls is told by the signature of each body, and by no key. */
export const webhookSurface: Surface = {
  defaultPrefix: '/whatsapp/webhook',
  guards: [],
  controllers: [WebhookController],
  filter: WebhookExceptionFilter,
  documentation: webhookDocumentation,
};
