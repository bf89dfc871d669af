import type { OperationDescription } from '../../openapi/operation.js';
import { string } from '../../openapi/schema.js';
import {
  bulkMessageExample,
  bulkMessageSchema,
  bulkSendAnswer,
  bulkSendExample,
  bulkSendSchema,
  idParam,
  messageStatusSchema,
  pageOf,
  pageQuery,
  statusSchema,
} from './bulk-sends.schemas.js';

export const listBulkSendsOperation: OperationDescription = {
  summary: 'The bulk sends, newest first',
  query: {
    status: { description: 'Only those that stand so.', schema: statusSchema },
    template: { description: 'Only those of the template of this name or integer id.', schema: string() },
    created_after: {
      description: 'Only those since this moment, or since the beginning of this day in UTC.',
      schema: string({ example: '2026-11-01' }),
    },
    created_before: {
      description: 'Only those before this moment, or until the end of this day in UTC.',
      schema: string({ example: '2026-11-30T18:00:00Z' }),
    },
    ...pageQuery,
  },
  answers: {
    200: {
      description: 'A page of them.',
      json: {
        schema: pageOf(bulkSendSchema),
        example: { count: 1, next: null, previous: null, results: [bulkSendExample] },
      },
    },
  },
  errors: [400],
};

export const bulkSendOperation: OperationDescription = {
  summary: 'How a bulk send stands',
  params: idParam,
  answers: { 200: bulkSendAnswer },
  errors: [404],
};

export const bulkMessagesOperation: OperationDescription = {
  summary: 'What became of each recipient',
  params: idParam,
  query: {
    status: { description: 'Only those that stand so.', schema: messageStatusSchema },
    ...pageQuery,
  },
  answers: {
    200: {
      description: 'A page of them.',
      json: {
        schema: pageOf(bulkMessageSchema),
        example: { count: 1, next: null, previous: null, results: [bulkMessageExample] },
      },
    },
  },
  errors: [400, 404],
};
