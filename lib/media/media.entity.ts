import { Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { BigIntColumn, DateColumn, StringColumn } from '../store/columns.js';

/** A file that was uploaded to Meta for one phone number: sent again, it need not be uploaded again. */
@Entity('whatsapp_media')
@Index(['phoneNumberId', 'sha256', 'mimeType'], { unique: true })
export class MediaEntity {
  @PrimaryGeneratedColumn({ name: 'id', type: 'integer' })
  id!: number;

  @StringColumn('phone_number_id', 64)
  phoneNumberId!: string;

  /** Of its bytes, in hex. */
  @StringColumn('sha256', 64)
  sha256!: string;

  @StringColumn('mime_type', 255)
  mimeType!: string;

  /** Meta's id of it. */
  @StringColumn('media_id', 64)
  mediaId!: string;

  /** Bytes. */
  @BigIntColumn('size')
  size!: number;

  /** Meta keeps what was uploaded for 30 days. */
  @Index()
  @DateColumn('expires_at')
  expiresAt!: Date;

  @DateColumn('created_at')
  createdAt!: Date;
}
