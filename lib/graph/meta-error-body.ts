import { isJsonObject } from './json-object.js';
import { redact } from './redact.js';

/** One of Meta's error objects, from the `error` of an answer or the `errors` of a webhook. */
export interface MetaErrorBody {
  readonly code: number;
  readonly subcode?: number | undefined;
  readonly message: string;
  /** `error_data.details`: the only text beside the code that Meta promises to keep. */
  readonly details?: string | undefined;
  readonly type?: string | undefined;
  readonly fbtraceId?: string | undefined;
  readonly isTransient: boolean;
  /** Texts that Meta wrote for people. */
  readonly userTitle?: string | undefined;
  readonly userMessage?: string | undefined;
}

/**
 * Reads one of Meta's error objects; undefined when it carries no code, and so is not one. Codes come as strings too,
 * and `error_data` as a text, or as JSON in a text.
 *
 * @param secrets hidden wherever Meta repeats them
 */
export function readMetaError(
  error: unknown,
  secrets: readonly (string | undefined)[] = [],
): MetaErrorBody | undefined {
  if (!isJsonObject(error)) return undefined;
  const code = readCode(error['code']);
  if (code === undefined) return undefined;
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? redact(value, secrets) : undefined;
  return {
    code,
    subcode: readCode(error['error_subcode']),
    message: text(error['message']) ?? text(error['title']) ?? 'Meta gave no text.',
    details: text(readDetails(error['error_data'])),
    type: text(error['type']),
    fbtraceId: text(error['fbtrace_id']),
    isTransient: error['is_transient'] === true,
    userTitle: text(error['error_user_title']),
    userMessage: text(error['error_user_msg']),
  };
}

function readCode(value: unknown): number | undefined {
  const code = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isSafeInteger(code) && code >= 0 ? code : undefined;
}

function readDetails(errorData: unknown): unknown {
  if (typeof errorData !== 'string') return isJsonObject(errorData) ? errorData['details'] : undefined;
  try {
    const parsed: unknown = JSON.parse(errorData);
    return isJsonObject(parsed) ? (parsed['details'] ?? errorData) : errorData;
  } catch {
    return errorData;
  }
}
