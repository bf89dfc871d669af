import { array, boolean, integer, nullable, object, oneOf, type Schema, string } from '../openapi/schema.js';

/** The schema of `presentSuccess`. */
export const successSchema = (data: Schema): Schema =>
  object({ status: oneOf('success'), message: string({ description: 'For people.' }), data });

const LINK = object({ url: nullable(string({ format: 'uri' })), label: string(), active: boolean() });

/** The schema of `paginated`. */
export const paginatorSchema = (item: Schema): Schema =>
  object({
    current_page: integer({ minimum: 1 }),
    data: array(item),
    first_page_url: string({ format: 'uri' }),
    from: nullable(integer({ description: 'Place of the first item on this page, from 1.' })),
    last_page: integer({ minimum: 1 }),
    last_page_url: string({ format: 'uri' }),
    links: array(LINK),
    next_page_url: nullable(string({ format: 'uri' })),
    path: string({ format: 'uri' }),
    per_page: integer({ minimum: 1, maximum: 100 }),
    prev_page_url: nullable(string({ format: 'uri' })),
    to: nullable(integer({ description: 'Place of the last item on this page.' })),
    total: integer({ minimum: 0 }),
  });

/** The query of lists. */
export const PAGE_QUERY = {
  page: { description: 'From 1.', schema: integer({ minimum: 1, default: 1 }) },
  per_page: { description: 'Items on a page.', schema: integer({ minimum: 1, maximum: 100, default: 15 }) },
} as const;
