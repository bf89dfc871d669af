import type { Page } from '../../../bulk/bulk.inputs.js';

export interface PageAsked {
  /** The address of this page. */
  readonly url: URL;
  readonly page: number;
  readonly pageSize: number;
}

/** A page of a list with the addresses of those beside it, which ask for the same otherwise. */
export function presentPage<T>(
  { items, total }: Page<T>,
  present: (item: T) => object,
  { url, page, pageSize }: PageAsked,
): object {
  const last = Math.max(1, Math.ceil(total / pageSize));
  return {
    count: total,
    next: page < last ? addressOf(url, page + 1) : null,
    previous: page > 1 ? addressOf(url, Math.min(page - 1, last)) : null,
    results: items.map(present),
  };
}

function addressOf(url: URL, page: number): string {
  const address = new URL(url);
  address.searchParams.set('page', String(page));
  return address.href;
}
