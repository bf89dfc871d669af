/** Injects the `LiveFeed` of this module. */
export const LIVE_FEED = Symbol('LIVE_FEED');

/** Something that happened and is committed: what it is about, by which the feed finds out the rest. */
export type News =
  /** A message that was sent is new, or has another status. */
  | { readonly kind: 'message'; readonly id: number }
  | { readonly kind: 'inbound'; readonly id: number; readonly conversationId: number }
  | { readonly kind: 'conversation'; readonly id: number }
  | {
      readonly kind: 'bulk_send';
      readonly id: string;
      readonly change: 'begins' | 'waits' | 'goes_on' | 'paused' | 'ends' | 'progress';
    }
  /** Of a phone number or a business account: sending was paused, or goes on. */
  | {
      readonly kind: 'pause';
      readonly scope: 'number' | 'account';
      readonly subjectId: string;
      readonly isPaused: boolean;
    }
  /** Templates of an account, given by its row id, changed. */
  | { readonly kind: 'template'; readonly accountId: number }
  /** Items of webhooks could not be applied. */
  | { readonly kind: 'webhook'; readonly businessAccountId: string };

/**
 * What rooms report for those who look on. Called once it is committed, for every message: it must cost next to nothing while
 * no one looks on, and never throw.
 */
export interface LiveFeed {
  note(news: readonly News[]): void;
}
