import { Field } from '../surface/field.decorator.js';

/** Data of the answer when a row is deleted. */
export class DeletedRow {
  @Field({ type: 'integer', example: 7 })
  id!: number;
}
