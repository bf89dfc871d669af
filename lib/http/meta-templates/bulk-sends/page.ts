import type { Type } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import type { BulkPage } from '../../../bulk/bulk.inputs.js';
import { exampleOf } from '../../openapi/class-schema.js';
import type { AnswerDescription } from '../../openapi/operation.js';
import { array, integer, nullable, object, string } from '../../openapi/schema.js';
import { Field } from '../../surface/dto.js';
import { IsWholeNumber } from '../../surface/is-whole-number.decorator.js';

const DEFAULT_PAGE_SIZE = 20;

/** Which page of a list, in a query. */
export class PageDto {
  @IsOptional()
  @IsWholeNumber(9_999_999, 'must be a whole number from 1.')
  @Field({ description: 'From 1.', default: 1 })
  page?: string;

  @IsOptional()
  @IsWholeNumber(100)
  @Field({ description: 'Items a page.', default: DEFAULT_PAGE_SIZE })
  page_size?: string;
}

/** The same in numbers. */
export function toPage({ page = '1', page_size = String(DEFAULT_PAGE_SIZE) }: PageDto): {
  readonly page: number;
  readonly pageSize: number;
} {
  return { page: Number(page), pageSize: Number(page_size) };
}

/** Describes an answer with a page of items of a class. */
export const pageAnswer = (type: Type<object>): AnswerDescription => ({
  description: 'A page of them.',
  json: {
    schema: (refTo) =>
      object({
        count: integer({ description: 'Of all pages.' }),
        next: nullable(string({ format: 'uri' })),
        previous: nullable(string({ format: 'uri' })),
        results: array(refTo(type)),
      }),
    example: { count: 1, next: null, previous: null, results: [exampleOf(type)] },
  },
});

interface PageAsked {
  /** The address of this page. */
  readonly url: URL;
  readonly page: number;
  readonly pageSize: number;
}

/** A page of a list with the addresses of the next and the previous one, which keep the rest of the query. */
export function presentPage<T>(
  { items, total }: BulkPage<T>,
  present: (item: T) => object,
  { url, page, pageSize }: PageAsked,
): object {
  const last = Math.max(1, Math.ceil(total / pageSize));
  return {
    count: total,
    next: page < last ? pageAddress(url, page + 1) : null,
    previous: page > 1 ? pageAddress(url, Math.min(page - 1, last)) : null,
    results: items.map(present),
  };
}

function pageAddress(url: URL, page: number): string {
  const address = new URL(url);
  address.searchParams.set('page', String(page));
  return address.href;
}
