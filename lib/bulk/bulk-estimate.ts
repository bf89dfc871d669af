/**
 * Minutes that a bulk send takes at the number's pace, with the wait for the messaging limit: one decimal, at least 0.1.
 * @param pace messages per second
 * @param wait milliseconds
 */
export function estimateMinutes(messages: number, pace: number, wait: number): number {
  const minutes = messages / pace / 60 + wait / 60_000;
  return Math.max(0.1, Math.round(minutes * 10) / 10);
}
