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
