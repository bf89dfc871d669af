import type { Type } from '@nestjs/common';
import { exampleOf } from '../openapi/class-schema.js';
import type { AnswerDescription } from '../openapi/operation.js';
import { array, integer, nullable, object, type Schema, string } from '../openapi/schema.js';
import { Field } from '../surface/dto.js';
import { success, successSchema } from './success.js';

/** The requested page of a list. */
export interface PageAsked {
  /** The address of this page. */
  readonly url: URL;
  readonly page: number;
  readonly perPage: number;
}

/** A link below a list, as a page for people shows it. */
export class PageLink {
  /** Address of the page; null where there is none. */
  @Field({ format: 'uri', nullable: true })
  readonly url!: string | null;

  /** What the link shows. */
  @Field()
  readonly label!: string;

  /** Whether it is this page. */
  @Field({ type: 'boolean' })
  readonly active!: boolean;
}

/** A page of a list, as Laravel's `LengthAwarePaginator` writes it. */
export interface Paginated<Item> {
  /** Number of this page, from 1. */
  readonly current_page: number;

  /** What is on this page. */
  readonly data: readonly Item[];

  /** Address of the first page. */
  readonly first_page_url: string;
  /** Place of the first item on this page, from 1. */
  readonly from: number | null;

  /** Number of the last page. */
  readonly last_page: number;

  /** Address of the last page. */
  readonly last_page_url: string;

  /** Links to the pages. */
  readonly links: readonly PageLink[];

  /** Address of the next page; null on the last. */
  readonly next_page_url: string | null;

  /** Address without a query. */
  readonly path: string;

  /** Items in a page. */
  readonly per_page: number;

  /** Address of the page before; null on the first. */
  readonly prev_page_url: string | null;
  /** Place of the last item on this page. */
  readonly to: number | null;

  /** Items of all pages. */
  readonly total: number;
}

/** The schema of `paginated`. */
const paginatorSchema = (item: Schema, link: Schema): Schema =>
  object({
    current_page: integer({ minimum: 1 }),
    data: array(item),
    first_page_url: string({ format: 'uri' }),
    from: nullable(integer({ description: 'Place of the first item on this page, from 1.' })),
    last_page: integer({ minimum: 1 }),
    last_page_url: string({ format: 'uri' }),
    links: array(link),
    next_page_url: nullable(string({ format: 'uri' })),
    path: string({ format: 'uri' }),
    per_page: integer({ minimum: 1, maximum: 100 }),
    prev_page_url: nullable(string({ format: 'uri' })),
    to: nullable(integer({ description: 'Place of the last item on this page.' })),
    total: integer({ minimum: 0 }),
  });

/** Describes an answer with a page of items of a class. @param path of the list, such as `contacts` */
export function pageAnswer(path: string, item: Type<object>, example: object = exampleOf(item)): AnswerDescription {
  const url = new URL(`https://api.example.com/api/v1/acme/${path}`);
  const name = `${path.charAt(0).toUpperCase()}${path.slice(1)}`;
  return {
    description: `A page of ${path}.`,
    json: {
      schema: (refTo) => successSchema(paginatorSchema(refTo(item), refTo(PageLink))),
      example: success(`${name} retrieved successfully`, paginated([example], 1, { url, page: 1, perPage: 15 })),
    },
  };
}

/**
 * Returns a page of a list as Laravel's `LengthAwarePaginator` writes it. Its addresses keep the rest of the query.
 * @param items of this page, presented already
 * @param total how many there are on all pages
 * @see https://laravel.com/docs/pagination#converting-results-to-json
 */
export function paginated<Item extends object>(
  items: readonly Item[],
  total: number,
  { url, page, perPage }: PageAsked,
): Paginated<Item> {
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
