import { IsOptional, Matches } from 'class-validator';

const DEFAULT_PER_PAGE = 15;

/** Which page of a list, as a query of this API says it. */
export class PageDto {
  @IsOptional()
  @Matches(/^[1-9]\d{0,6}$/, { message: 'must be a whole number from 1.' })
  page?: string;

  @IsOptional()
  @Matches(/^(?:[1-9]\d?|100)$/, { message: 'must be a whole number from 1 to 100.' })
  per_page?: string;
}

/** The same in numbers; 15 a page where the query does not say. */
export function toPage({ page = '1', per_page = String(DEFAULT_PER_PAGE) }: PageDto): {
  readonly page: number;
  readonly perPage: number;
} {
  return { page: Number(page), perPage: Number(per_page) };
}
