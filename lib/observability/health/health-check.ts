/** What is looked at. */
export const HEALTH_CHECKS = ['database', 'redis', 'meta', 'webhooks', 'tokens'] as const;

/** One of `HEALTH_CHECKS`. */
export type WhatsAppHealthCheckName = (typeof HEALTH_CHECKS)[number];

/** What a look at one thing has shown. It has no secret, no address and no error of a driver's. */
export type WhatsAppHealthCheckResult = {
  readonly status: 'up' | 'down';
  /** What is wrong, in a sentence for people; also why there is nothing to look at. */
  readonly message?: string;
  /** Meta's ids of the business accounts that it is about. */
  readonly accounts?: readonly string[];
};

/** What all looks together have shown. */
export interface WhatsAppHealthReport {
  /** `down` when something fatal is; `degraded` when something else is. */
  readonly status: 'up' | 'degraded' | 'down';
  readonly checks: Readonly<Record<WhatsAppHealthCheckName, WhatsAppHealthCheckResult>>;
}

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
