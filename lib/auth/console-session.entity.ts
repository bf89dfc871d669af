import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DateColumn } from '../store/columns.js';

/**
 * Someone signed in to the console with an API key: of the session's token only a hash is kept.
 *
 * @publicApi
 */
@Entity('whatsapp_console_sessions')
export class ConsoleSessionEntity {
  /** Hex SHA-256 of the token in the session's cookie. */
  @PrimaryColumn({ name: 'token_hash', type: 'varchar', length: '64' })
  tokenHash!: string;

  /** Row id of the API key, which decides what the session may do. */
  @Column({ name: 'api_key_id', type: 'integer' })
  apiKeyId!: number;

  /** When the person signed in. */
  @DateColumn('created_at')
  createdAt!: Date;

  /** Refused from this moment on. */
  @Index()
  @DateColumn('expires_at')
  expiresAt!: Date;
}
