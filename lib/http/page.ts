import { IsOptional, Matches } from 'class-validator';

const DEFAULT_PAGE_SIZE = 20;

/** Which page of a list, as a query says it. */
export class PageDto {
  @IsOptional()
  @Matches(/^[1-9]\d{0,6}$/, { message: 'must be a whole number from 1.' })
  page?: string;

  @IsOptional()
  @Matches(/^(?:[1-9]\d?|100)$/, { message: 'must be a whole number from 1 to 100.' })
  page_size?: string;
}

/** The same in numbers. */
export function toPage({ page = '1', page_size = String(DEFAULT_PAGE_SIZE) }: PageDto): {
  readonly page: number;
  readonly pageSize: number;
} {
  return { page: Number(page), pageSize: Number(page_size) };
}
