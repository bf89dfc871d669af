/** How much of a messaging limit is used. */
export interface QuotaUsage {
  /** Unique recipients in a rolling 24 hours; null where there is no limit. */
  readonly limit: number | null;
  /** People who count against it now: whom the business portfolio sent a template in the last 24 hours, or is about to. */
  readonly used: number;
  readonly remaining: number | null;
}

/** What is left of a limit when so many people were reached. */
export function quotaUsage(limit: number | null, used: number): QuotaUsage {
  return { limit, used, remaining: limit === null ? null : Math.max(0, limit - used) };
}
