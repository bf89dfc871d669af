import { IsOptional } from 'class-validator';
import { Field } from './surface/field.decorator.js';
import { IsWholeNumber } from './surface/is-whole-number.decorator.js';

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
