import type { GraphPage } from './graph-api.types.js';
import type { GraphQuery } from './graph-request.js';
import { MetaApiError } from './meta-api.error.js';
import { MetaUnreachableError } from './meta-outcome.errors.js';

const INVALID_CURSOR = 131059;

/** Reads one page of a listing. */
export type FetchPage<T> = (query: GraphQuery) => Promise<GraphPage<T>>;

/**
 * Yields every item of a listing, page after page by Meta's cursors. The address in `paging.next` is never called: it
 * only says that there is more. A cursor that Meta no longer knows starts the listing again, once; items with an `id`
 * that came before are not yielded again.
 *
 * @see https://developers.facebook.com/docs/graph-api/results
 * @throws MetaUnreachableError when the pages lead in a circle
 */
export async function* readListing<T>(query: GraphQuery, fetchPage: FetchPage<T>): AsyncGenerator<T, void, undefined> {
  const cursors = new Set<string>();
  const ids = new Set<unknown>();
  let restarted = false;
  let after: string | undefined;
  for (;;) {
    let page: GraphPage<T>;
    try {
      page = await fetchPage(after === undefined ? query : { ...query, after });
    } catch (error) {
      if (restarted || after === undefined || !isInvalidCursor(error)) throw error;
      restarted = true;
      after = undefined;
      cursors.clear();
      continue;
    }
    for (const item of page.data ?? []) {
      const id = idOf(item);
      if (restarted && id !== undefined && ids.has(id)) continue;
      ids.add(id);
      yield item;
    }
    if (page.paging?.next === undefined) return;
    after = page.paging.cursors?.after ?? cursorIn(page.paging.next);
    // Stopping here in silence would take a part of the listing for the whole.
    if (after === undefined || cursors.has(after)) throw new MetaUnreachableError({ reason: 'answer' });
    cursors.add(after);
  }
}

function isInvalidCursor(error: unknown): boolean {
  return error instanceof MetaApiError && error.metaCode === INVALID_CURSOR;
}

function cursorIn(next: string): string | undefined {
  if (!URL.canParse(next)) return undefined;
  return new URL(next).searchParams.get('after') ?? undefined;
}

function idOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null || !('id' in item)) return undefined;
  return typeof item.id === 'string' ? item.id : undefined;
}
