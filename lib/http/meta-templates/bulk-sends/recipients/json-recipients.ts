import type { BulkRecipient, UnreadableRecipient } from '../../../../bulk/bulk.inputs.js';
import { isRecipientDto, RECIPIENT_EXAMPLE, toBulkRecipient } from './recipient.dto.js';

/** The recipients of a JSON body, one by one. */
export function* jsonRecipients(recipients: readonly unknown[]): Generator<BulkRecipient | UnreadableRecipient> {
  for (const recipient of recipients) {
    yield isRecipientDto(recipient)
      ? toBulkRecipient(recipient)
      : { unreadable: `must be an object such as ${RECIPIENT_EXAMPLE}.` };
  }
}
