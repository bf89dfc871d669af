import type { BulkRecipients } from '../../../../bulk/bulk.inputs.js';
import type { ByteStream } from '../../../bodies/body-stream.decorator.js';
import { csvRecipients } from './csv-recipients.js';
import { ndjsonRecipients } from './ndjson-recipients.js';

export const CSV = 'text/csv';
export const NDJSON = 'application/x-ndjson';

/** The recipients of a body that is read as it comes. */
export function streamedRecipients({ type, bytes }: ByteStream): BulkRecipients {
  return type === CSV ? csvRecipients(bytes) : ndjsonRecipients(bytes);
}
