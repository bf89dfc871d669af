import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateColumn, RowIdColumn, TextColumn } from '../store/columns.js';

/** What happened in a workspace within the last minutes, where there is no Redis to keep it; only while someone listens. */
@Entity('whatsapp_stream_entries')
export class StreamEntryEntity {
  /** In the order in which entries were committed. */
  @RowIdColumn()
  id!: number;

  @Column({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** JSON. */
  @TextColumn('event')
  event!: string;

  @DateColumn('created_at')
  createdAt!: Date;
}

/** A workspace that someone listens to in some process. */
@Entity('whatsapp_stream_listeners')
export class StreamListenerEntity {
  @PrimaryColumn({ name: 'workspace_id', type: 'integer' })
  workspaceId!: number;

  /** From then on no one does, unless someone says so again. */
  @DateColumn('listened_until')
  listenedUntil!: Date;
}
