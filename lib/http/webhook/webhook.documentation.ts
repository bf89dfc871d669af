import type { AnswerDescription } from '../openapi/operation.js';
import { object, string } from '../openapi/schema.js';
import type { SurfaceDocumentation } from '../surface.js';

const refusal = (description: string, error: string, code: string): AnswerDescription => ({
  description,
  json: { schema: object({ error: string(), code: string() }), example: { error, code } },
});

export const webhookDocumentation: SurfaceDocumentation = {
  tag: 'Webhook',
  errors: {
    400: refusal('The body is no webhook.', 'The request is not valid.', 'VALIDATION_ERROR'),
    401: refusal(
      'No app secret of any account signed the body; nothing is stored.',
      'The signature is not that of the body.',
      'WEBHOOK_SIGNATURE',
    ),
    403: refusal('The verify token is wrong.', 'The verify token is not that of this app.', 'WEBHOOK_HANDSHAKE'),
    413: refusal('The body is too large.', 'The body is too large.', 'BODY_TOO_LARGE'),
    500: refusal(
      'The database cannot be reached: Meta sends it again.',
      'Something went wrong on our side.',
      'INTERNAL_ERROR',
    ),
  },
};
