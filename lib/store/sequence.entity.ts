import { Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn } from './columns.js';

/** The next unreserved row id of a table; see `RowIds`. */
@Entity('whatsapp_sequences')
export class SequenceEntity {
  @PrimaryColumn({ name: 'name', type: 'varchar', length: '64' })
  name!: string;

  @BigIntColumn('next_id')
  nextId!: number;
}
