/** Which of Meta's sending limits are enforced; all of them by default. See Meta's page "Messaging limits". */
export interface LimitsOptions {
  /** Messages per second and phone number: 130429. */
  readonly throughput?: boolean;
  /**
   * Messages from one phone number to one user, one in six seconds with bursts of up to 45: 131056. What sends to one
   * person again and again, such as a long test file that never calls `clear()`, runs into it as it would at Meta.
   */
  readonly pair?: boolean;
  /** People outside of the service window that a business portfolio may write to in rolling 24 hours: 131048. */
  readonly messagingLimit?: boolean;
}
