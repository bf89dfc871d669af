import type { ServerResponse } from 'node:http';
import type { Caller } from '../../../auth/caller.js';
import type { CreateBulkSendInput } from '../../../bulk/bulk.inputs.js';
import type { Problem } from '../../../errors.js';
import type { ByteStream } from '../../bodies/body-stream.decorator.js';
import { whileConnected } from '../../bodies/streamed-bodies.js';
import { momentOf } from '../../moment.js';
import { DEFAULT_LANGUAGE } from '../default-language.js';
import type { BulkHttpOptions } from './bulk-http.options.js';
import { jsonRecipients } from './recipients/json-recipients.js';
import { RECIPIENT_EXAMPLE } from './recipients/recipient.dto.js';
import { streamedRecipients } from './recipients/streamed-recipients.js';
import type { SendBulkDto } from './send-bulk.dto.js';

type AskedRecipients = Pick<CreateBulkSendInput, 'recipients' | 'maxRecipients'>;

/** The input of `BulkService` in this API's names; what the class of the body found wrong is left out. */
export function toBulkSendInput(
  body: SendBulkDto,
  { workspace, apiKeyId, apiKeyName }: Caller,
): Omit<CreateBulkSendInput, 'recipients'> {
  return {
    workspace,
    apiKeyId,
    apiKeyName,
    phoneNumberId: body.phone_number_id,
    template: body.template_name,
    language: body.language ?? DEFAULT_LANGUAGE,
    name: body.name ?? undefined,
    scheduledAt: momentOf(body.scheduled_at),
    onQuotaExceeded: body.on_quota_exceeded ?? undefined,
  };
}

/** Returns the recipients, from the stream or from the body, as long as the client is connected; or what is wrong with them. */
export function recipientsOf(
  { recipients }: SendBulkDto,
  stream: ByteStream | undefined,
  { maxRecipients }: BulkHttpOptions,
  response: ServerResponse,
): AskedRecipients | Problem {
  if (stream) return { recipients: streamedRecipients(stream), maxRecipients: maxRecipients.stream };
  if (Array.isArray(recipients) && recipients.length > 0) {
    return { recipients: whileConnected(jsonRecipients(recipients), response), maxRecipients: maxRecipients.json };
  }
  return { path: 'recipients', message: `is required: a list of at least one, such as [${RECIPIENT_EXAMPLE}].` };
}
