/** How Meta's webhooks are received; what they are verified by is `accounts[].appSecret`. */
export interface WebhookOptions {
  /** The text that you made up and gave to Meta's App Dashboard, or to `AccountsService.subscribeApp()`, as verify token. */
  readonly verifyToken: string;
}

/** Injection token of `WebhookOptions`; undefined when the host gave none. */
export const WEBHOOK_OPTIONS = Symbol('WEBHOOK_OPTIONS');
