import type { OperationDescription } from '../../openapi/operation.js';
import { oneOf, string } from '../../openapi/schema.js';
import { bulkMessageExample, bulkSendExample, idParam } from './bulk-sends.schemas.js';

export const eventsOperation: OperationDescription = {
  summary: 'Watch a bulk send',
  description: 'A server-sent event with the status object each time that it changes, until the bulk send has ended.',
  params: idParam,
  answers: {
    200: {
      description: 'The events; lines that begin with a colon keep the connection open.',
      content: {
        'text/event-stream': { schema: string(), example: `data: ${JSON.stringify(bulkSendExample)}\n\n` },
      },
    },
  },
  errors: [404],
};

const HEADER =
  'id,recipient_phone,status,meta_message_id,variables_used,sent_at,delivered_at,read_at,error_code,error_message';
const ROW = '1001,+5491112345678,sent,wamid.HBgNNTQ5MTEx,"{""name"":""Juan""}",2026-11-16T21:30:00.000Z,,,,';

export const exportOperation: OperationDescription = {
  summary: 'Every recipient’s result',
  description: 'Streamed. Cells of CSV that a spreadsheet would run as a formula are quoted against it.',
  params: idParam,
  query: {
    format: { description: 'Of the answer.', schema: { ...oneOf('csv', 'ndjson'), default: 'csv' } },
    bom: {
      description: 'Whether CSV begins with a byte order mark, by which spreadsheets know UTF-8.',
      schema: { ...oneOf('true', 'false'), default: 'true' },
    },
  },
  answers: {
    200: {
      description: 'A line for each.',
      content: {
        'text/csv': { schema: string(), example: `${HEADER}\n${ROW}\n` },
        'application/x-ndjson': { schema: string(), example: `${JSON.stringify(bulkMessageExample)}\n` },
      },
    },
  },
  errors: [400, 404],
};
