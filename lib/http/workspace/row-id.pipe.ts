import type { PipeTransform } from '@nestjs/common';
import { NotFoundError } from '../../errors.js';
import { Field } from '../surface/dto.js';

/** Reads a row id from a path. */
export class RowIdPipe implements PipeTransform<string, number> {
  /** @param what it is the id of, as error codes have it: `CONTACT` */
  constructor(private readonly what: string) {}

  /** @throws NotFoundError if it cannot be a row id */
  transform(id: string): number {
    if (/^\d{1,10}$/.test(id)) return Number(id);
    throw new NotFoundError(`${this.what}_NOT_FOUND`, `${this.what} ${id} not found.`);
  }
}

/** Data of the answer when a row is deleted. */
export class DeletedRow {
  @Field({ type: 'integer', example: 7 })
  id!: number;
}
