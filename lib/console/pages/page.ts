import type { Session } from '../api.js';
import type { Place } from '../router.js';

/** What a page is given. */
export interface PageProps {
  readonly session: Session;
  readonly place: Place;
  /** Of the one thing that is open, by the address. */
  readonly id: string | undefined;
}
