import { assert, constant, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paginated, pageNumbers } from '../../../lib/http/workspace/paginator.presenter.js';

describe('Page numbers', () => {
  // What Laravel's UrlWindow shows.
  it.each([
    [1, 1, '1'],
    [7, 13, '1 2 3 4 5 6 7 8 9 10 11 12 13'],
    [1, 14, '1 2 3 4 5 6 7 8 9 10 … 13 14'],
    [7, 20, '1 2 3 4 5 6 7 8 9 10 … 19 20'],
    [8, 20, '1 2 … 5 6 7 8 9 10 11 … 19 20'],
    [13, 20, '1 2 … 10 11 12 13 14 15 16 … 19 20'],
    [14, 20, '1 2 … 11 12 13 14 15 16 17 18 19 20'],
    [20, 20, '1 2 … 11 12 13 14 15 16 17 18 19 20'],
  ])('of page %i of %i', (page, last, shown) => {
    expect(
      pageNumbers(page, last)
        .map((number) => number ?? '…')
        .join(' '),
    ).toBe(shown);
  });

  it('stay few, in order and with both ends, however many pages there are', () => {
    const pages = integer({ min: 1, max: 1_000_000 }).chain((last) =>
      tuple(integer({ min: 1, max: last }), constant(last)),
    );
    assert(
      property(pages, ([page, last]) => {
        const numbers = pageNumbers(page, last).filter((number) => number !== null);
        expect(numbers.length).toBeLessThanOrEqual(14);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
        expect(numbers).toContain(page);
        expect([numbers[0], numbers.at(-1)]).toEqual([1, last]);
      }),
    );
  });
});

const items = (count: number) => Array.from({ length: count }, (_, id) => ({ id }));

describe('A page', () => {
  it('in the middle reports of those next to it', () => {
    const url = new URL('http://host/api/v1/acme/contacts/?page=2&per_page=5&search=a+b');
    expect(paginated(items(5), 12, { url, page: 2, perPage: 5 })).toEqual({
      current_page: 2,
      data: items(5),
      first_page_url: 'http://host/api/v1/acme/contacts?page=1&per_page=5&search=a+b',
      from: 6,
      last_page: 3,
      last_page_url: 'http://host/api/v1/acme/contacts?page=3&per_page=5&search=a+b',
      links: [
        {
          url: 'http://host/api/v1/acme/contacts?page=1&per_page=5&search=a+b',
          label: '&laquo; Previous',
          active: false,
        },
        { url: 'http://host/api/v1/acme/contacts?page=1&per_page=5&search=a+b', label: '1', active: false },
        { url: 'http://host/api/v1/acme/contacts?page=2&per_page=5&search=a+b', label: '2', active: true },
        { url: 'http://host/api/v1/acme/contacts?page=3&per_page=5&search=a+b', label: '3', active: false },
        { url: 'http://host/api/v1/acme/contacts?page=3&per_page=5&search=a+b', label: 'Next &raquo;', active: false },
      ],
      next_page_url: 'http://host/api/v1/acme/contacts?page=3&per_page=5&search=a+b',
      path: 'http://host/api/v1/acme/contacts',
      per_page: 5,
      prev_page_url: 'http://host/api/v1/acme/contacts?page=1&per_page=5&search=a+b',
      to: 10,
      total: 12,
    });
  });

  it('of nothing is one page', () => {
    const page = paginated([], 0, { url: new URL('http://host/contacts'), page: 1, perPage: 15 });
    expect(page).toMatchObject({
      from: null,
      to: null,
      last_page: 1,
      total: 0,
      next_page_url: null,
      prev_page_url: null,
    });
  });
});
