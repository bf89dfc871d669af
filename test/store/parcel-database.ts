import { Column, DataSource, type DataSourceOptions, Entity, PrimaryColumn } from 'typeorm';
import {
  BigIntColumn,
  DateColumn,
  JsonColumn,
  RowIdColumn,
  StringColumn,
  TextColumn,
} from '../../lib/store/columns.js';
import type { FreshDatabase } from '../support/databases.js';

/** A column of each kind that the module has. */
@Entity('parcels')
export class ParcelEntity {
  @RowIdColumn()
  id!: number;

  @StringColumn('label', 64, { nullable: true })
  label!: string | null;

  @TextColumn('note', { nullable: true })
  note!: string | null;

  @JsonColumn('content', { nullable: true })
  content!: object | null;

  @DateColumn('sent_at', { nullable: true })
  sentAt!: Date | null;

  @BigIntColumn('weight', { nullable: true })
  weight!: number | null;

  // Its name must be escaped.
  @Column({ name: 'order', type: 'integer', default: 7 })
  order!: number;

  @Column({ name: 'is_open', type: 'boolean', nullable: true })
  isOpen!: boolean | null;
}

/** A key of two texts. */
@Entity('shelves')
export class ShelfEntity {
  @PrimaryColumn({ name: 'house', type: 'varchar', length: '64' })
  house!: string;

  @PrimaryColumn({ name: 'code', type: 'varchar', length: '64' })
  code!: string;

  @Column({ name: 'parcels', type: 'integer' })
  parcels!: number;
}

/** Connects to a database that has the two tables. */
export async function parcelDatabase(
  fresh: FreshDatabase,
  options: Partial<DataSourceOptions> = {},
): Promise<DataSource> {
  const entities = [ParcelEntity, ShelfEntity];
  return new DataSource(Object.assign({}, fresh.options, { entities, synchronize: true }, options)).initialize();
}
