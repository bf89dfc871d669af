/** Which page of a list was asked for. */
export interface PageAsked {
  /** The address of this page. */
  readonly url: URL;
  readonly page: number;
  readonly perPage: number;
}

/** A link below a list, as a person would be shown it. */
interface PageLink {
  readonly url: string | null;
  readonly label: string;
  readonly active: boolean;
}

/**
 * A page of a list as Laravel's `LengthAwarePaginator` writes it. Its addresses ask for the same otherwise.
 * @param items what stands on this page, presented already
 * @param total how many there are on all pages
 * @see https://laravel.com/docs/pagination#converting-results-to-json
 */
export function paginated(items: readonly object[], total: number, { url, page, perPage }: PageAsked): object {
  const last = Math.max(1, Math.ceil(total / perPage));
  const path = url.origin + (url.pathname.replace(/\/+$/, '') || '/');
  const addressOf = (number: number): string => {
    const query = new URLSearchParams(url.searchParams);
    query.set('page', String(number));
    return `${path}?${query.toString()}`;
  };
  const from = items.length === 0 ? null : (page - 1) * perPage + 1;
  const previous = page > 1 ? addressOf(page - 1) : null;
  const next = page < last ? addressOf(page + 1) : null;
  const numbered = pageNumbers(page, last).map((number): PageLink =>
    number === null
      ? { url: null, label: '...', active: false }
      : { url: addressOf(number), label: String(number), active: number === page },
  );
  return {
    current_page: page,
    data: items,
    first_page_url: addressOf(1),
    from,
    last_page: last,
    last_page_url: addressOf(last),
    links: [
      { url: previous, label: '&laquo; Previous', active: false },
      ...numbered,
      { url: next, label: 'Next &raquo;', active: false },
    ],
    next_page_url: next,
    path,
    per_page: perPage,
    prev_page_url: previous,
    to: from === null ? null : from + items.length - 1,
    total,
  };
}

/** Pages that are shown on either side of the present one. */
const ON_EACH_SIDE = 3;

/** So near to an end, all pages up to it are shown. */
const NEAR_END = ON_EACH_SIDE + 4;

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** The numbers of the pages that a paginator shows, as Laravel chooses them; null is a gap. */
export function pageNumbers(page: number, last: number): (number | null)[] {
  if (last < ON_EACH_SIDE * 2 + 8) return range(1, last);
  const [start, finish] = [range(1, 2), range(last - 1, last)];
  if (page <= NEAR_END) return [...range(1, NEAR_END + ON_EACH_SIDE), null, ...finish];
  if (page > last - NEAR_END) return [...start, null, ...range(last - NEAR_END - ON_EACH_SIDE + 1, last)];
  return [...start, null, ...range(page - ON_EACH_SIDE, page + ON_EACH_SIDE), null, ...finish];
}
