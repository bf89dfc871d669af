/** What is looked at. */
export const HEALTH_CHECKS = ['database', 'redis', 'meta', 'webhooks', 'tokens'] as const;

/**
 * One of `HEALTH_CHECKS`.
 *
 * @publicApi
 */
export type WhatsAppHealthCheckName = (typeof HEALTH_CHECKS)[number];

/**
 * What a look at one thing has shown. It has no secret, no address and no error of a driver's.
 *
 * @publicApi
 */
export type WhatsAppHealthCheckResult = {
  /** `down` needs someone to act. */
  readonly status: 'up' | 'down';
  /** What is wrong, in a sentence for people; also why there is nothing to look at. */
  readonly message?: string;
  /** Meta's ids of the business accounts that it is about. */
  readonly accounts?: readonly string[];
};

/**
 * What all looks together have shown.
 *
 * @publicApi
 */
export interface WhatsAppHealthReport {
  /** `down` when something fatal is; `degraded` when something else is. */
  readonly status: 'up' | 'degraded' | 'down';
  /** The checks, by their names. */
  readonly checks: Readonly<Record<WhatsAppHealthCheckName, WhatsAppHealthCheckResult>>;
}

/**
 * What the health report checks, and when it warns.
 *
 * @publicApi
 */
export interface WhatsAppHealthOptions {
  /** Without what the app cannot serve; the database and Redis by default. */
  readonly fatal?: readonly WhatsAppHealthCheckName[];
}

export const UP: WhatsAppHealthCheckResult = { status: 'up' };

export const down = (message: string, accounts?: readonly string[]): WhatsAppHealthCheckResult => ({
  status: 'down',
  message,
  ...(accounts && { accounts }),
});
