import type { MessageEntity } from '../../messages/message.entity.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import type { DescribedError } from '../described-error.js';
import { presentProblems } from './problems.presenter.js';

/** What became of one recipient's message. */
export interface RecipientResult {
  readonly phoneNumber: string;
  readonly success: boolean;
}

/** One of `GET /templates`. */
export function presentTemplate({ name, status, category, language, components }: TemplateEntity): object {
  return { name, status, category, language, components };
}

export function presentSentRecipient(phoneNumber: string, { wamid }: MessageEntity): RecipientResult & object {
  const data = { messages: [{ id: wamid }] };
  return Object.assign({ phoneNumber, success: true }, { data });
}

export function presentFailedRecipient(
  phoneNumber: string,
  { code, message, problems, meta, messageId, retryAfter }: DescribedError,
): RecipientResult & object {
  const error = {
    code,
    message: problems ? problems.map((problem) => problem.message).join(' ') : message,
    ...(problems && { errors: presentProblems(problems) }),
    ...(meta && { meta }),
    ...(messageId !== undefined && { message_id: messageId }),
    ...(retryAfter !== undefined && { retry_after: retryAfter }),
  };
  return Object.assign({ phoneNumber, success: false }, { error });
}
