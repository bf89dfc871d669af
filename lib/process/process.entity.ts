import { Column, Entity, PrimaryColumn } from 'typeorm';
import { BigIntColumn, DateColumn } from '../store/columns.js';

/** A running process of the deployment. Its beat moves every couple of seconds while it lives. */
@Entity('whatsapp_processes')
export class ProcessEntity {
  @PrimaryColumn({ name: 'id', type: 'varchar', length: '32' })
  id!: string;

  /** Counted up, not a time: the clocks of two machines need not agree. */
  @BigIntColumn('beat')
  beat!: number;

  /** Whether it sends bulk messages, or only serves requests. */
  @Column({ name: 'is_worker', type: 'boolean' })
  isWorker!: boolean;

  @DateColumn('started_at')
  startedAt!: Date;
}
