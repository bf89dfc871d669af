import { ValidateIf } from 'class-validator';
import { Field } from '../surface/dto.js';
import { IsWholeNumber } from '../surface/is-whole-number.decorator.js';

const DEFAULT_PER_PAGE = 15;

/** Laravel takes a parameter of a query without a value as left out. */
export const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined && value !== '');

/** Which page of a list, in a query of this API. */
export class PageDto {
  @IfGiven()
  @IsWholeNumber(9_999_999, 'must be a whole number from 1.')
  @Field({ description: 'From 1.', default: 1, optional: true })
  page?: string;

  @IfGiven()
  @IsWholeNumber(100)
  @Field({ description: 'Items on a page.', default: DEFAULT_PER_PAGE, optional: true })
  per_page?: string;
}

/** The same in numbers; 15 a page where the query does not say. */
export function toPage({ page, per_page }: PageDto): {
  readonly page: number;
  readonly perPage: number;
} {
  return { page: Number(page || 1), perPage: Number(per_page || DEFAULT_PER_PAGE) };
}
