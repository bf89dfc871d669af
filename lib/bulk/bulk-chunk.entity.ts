import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn } from '../store/columns.js';

/** A range of a bulk send's messages, sent by one process at a time; gone when none of them is pending. */
@Entity('whatsapp_bulk_chunks')
@Index(['bulkSendId', 'fromSeq'], { unique: true })
export class BulkChunkEntity {
  @PrimaryGeneratedColumn({ name: 'id' })
  id!: number;

  @StringColumn('bulk_send_id', 36)
  bulkSendId!: string;

  @Column({ name: 'from_seq', type: 'integer' })
  fromSeq!: number;

  /** Included. */
  @Column({ name: 'to_seq', type: 'integer' })
  toSeq!: number;

  /** When the first of its messages is due. */
  @DateColumn('due_at')
  dueAt!: Date;

  /** The process that is sending it. */
  @Index()
  @StringColumn('process_id', 32, { nullable: true })
  processId!: string | null;

  /** How often it was taken: a job of an earlier epoch is stale. */
  @Column({ name: 'epoch', type: 'integer', default: 0 })
  epoch!: number;
}
