import { Matches, ValidateIf } from 'class-validator';

const DEFAULT_PER_PAGE = 15;

/** Laravel takes a parameter of a query without a value as left out. */
export const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined && value !== '');

/** Which page of a list, as a query of this API says it. */
export class PageDto {
  @IfGiven()
  @Matches(/^[1-9]\d{0,6}$/, { message: 'must be a whole number from 1.' })
  page?: string;

  @IfGiven()
  @Matches(/^(?:[1-9]\d?|100)$/, { message: 'must be a whole number from 1 to 100.' })
  per_page?: string;
}

/** The same in numbers; 15 a page where the query does not say. */
export function toPage({ page, per_page }: PageDto): {
  readonly page: number;
  readonly perPage: number;
} {
  return { page: Number(page || 1), perPage: Number(per_page || DEFAULT_PER_PAGE) };
}
