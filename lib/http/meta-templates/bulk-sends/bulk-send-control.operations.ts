import type { OperationDescription } from '../../openapi/operation.js';
import { boolean, object } from '../../openapi/schema.js';
import { bulkSendAnswer, bulkSendExample, idParam, retriedBulkSendSchema } from './bulk-sends.schemas.js';

const control = (summary: string, description: string): OperationDescription => ({
  summary,
  description,
  params: idParam,
  answers: { 200: bulkSendAnswer },
  errors: [404, 409],
});

export const pauseOperation = control(
  'Pause a bulk send',
  'Nothing more is sent within a second, until it is resumed.',
);

export const resumeOperation = control('Let a paused bulk send go on', 'It goes on where it stopped.');

export const cancelOperation = control(
  'Cancel a bulk send',
  'Nothing more is sent within a second. What was not sent fails as `CANCELLED`.',
);

export const retryOperation: OperationDescription = {
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
