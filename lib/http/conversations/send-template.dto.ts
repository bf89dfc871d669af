import type { Problem } from '../../errors.js';
import { isJsonObject } from '../../graph/json-object.js';

const MOST_RECIPIENTS = 1_000;

/** Body of `POST /send-template`. What it holds is checked where it is read. */
export class SendTemplateDto {
  templateName?: unknown;

  /** The module's default language when left out. */
  languageCode?: unknown;

  /** In Meta's own shape. */
  components?: unknown;

  /** 1 to 1,000. */
  recipients?: unknown;
}

/** One of `recipients`. */
export interface GivenRecipient {
  readonly phoneNumber: string;
  readonly requestId?: number | undefined;
}

/** Reads the list of recipients; whether a number can be one is told of each by itself, when it is sent to. */
export function readRecipients(given: unknown): {
  readonly recipients: readonly GivenRecipient[];
  readonly problems: readonly Problem[];
} {
  if (!Array.isArray(given) || given.length === 0 || given.length > MOST_RECIPIENTS) {
    const message = `is required: a list of 1 to ${MOST_RECIPIENTS}, such as [{"phoneNumber":"+50212345678"}].`;
    return { recipients: [], problems: [{ path: 'recipients', message }] };
  }
  const problems: Problem[] = [];
  const recipients = given.flatMap((recipient: unknown, index) => {
    const { phoneNumber, requestId } = isJsonObject(recipient) ? recipient : {};
    const path = `recipients[${index}]`;
    if (typeof phoneNumber !== 'string' || phoneNumber === '') {
      problems.push({ path: `${path}.phoneNumber`, message: 'is required: a phone number in a string.' });
    }
    if (!isRequestId(requestId)) {
      problems.push({ path: `${path}.requestId`, message: 'must be a whole number.' });
    }
    return typeof phoneNumber === 'string' && isRequestId(requestId)
      ? [{ phoneNumber, requestId: requestId ?? undefined }]
      : [];
  });
  return { recipients, problems };
}

const isRequestId = (value: unknown): value is number | null | undefined =>
  value === undefined || value === null || Number.isSafeInteger(value);
