/** A success as this API words it. */
export interface Success {
  readonly status: 'success';
  readonly message: string;
  readonly data: unknown;
}

/** Answer of a call that succeeded. @param message a sentence without a full stop, such as `Message sent successfully` */
export function presentSuccess(message: string, data: unknown): Success {
  return { status: 'success', message, data };
}
