/** What travels in `biz_opaque_callback_data` and comes back in every status webhook of the message. */
export interface CallbackData {
  /** The random id of the deployment that sent it. */
  readonly installationId: string;
  /** Row id of the message. */
  readonly messageId: number;
  readonly attempt: number;
}

export function encodeCallbackData({ installationId, messageId, attempt }: CallbackData): string {
  return `${installationId}.${messageId}.${attempt}`;
}

const ENCODED = /^([\w-]{1,64})\.(\d{1,15})\.(\d{1,9})$/;

/** Undefined for what this module did not write; whose deployment's it is says the installation's id. */
export function decodeCallbackData(text: unknown): CallbackData | undefined {
  const parts = typeof text === 'string' ? ENCODED.exec(text) : null;
  const [, installationId, messageId, attempt] = parts ?? [];
  if (installationId === undefined) return undefined;
  return { installationId, messageId: Number(messageId), attempt: Number(attempt) };
}
