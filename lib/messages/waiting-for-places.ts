/** A messaging limit, and how many count against it now. */
export interface Places {
  readonly limit: number;
  readonly used: number;
}

/** When the last place that is needed becomes free. */
export interface Wait {
  /** Which of those who count now makes it free by leaving, the oldest being 0; null: the first of our own sends. */
  readonly leaver: number | null;
  /** Days after that, for our own sends keep their places for a day each. */
  readonly days: number;
}

/**
 * How long it takes until `needed` more people have had their place, each taken as soon as it is free and kept for a
 * day: so the same places come free again day after day.
 * @returns null when there are enough at once
 */
export function waitForPlaces({ limit, used }: Places, needed: number): Wait | null {
  const available = Math.max(0, limit - used);
  if (needed <= available) return null;
  if (limit <= 0) return { leaver: null, days: Infinity };
  const kept = limit - available;
  const further = needed - available - 1;
  const days = Math.floor(further / limit);
  const place = further % limit;
  // What was taken at once comes free a day from now, after all who count already.
  if (place >= kept) return { leaver: null, days: days + 1 };
  // Where more count than the limit lets, so many must leave before anything is free.
  return { leaver: used - kept + place, days };
}
