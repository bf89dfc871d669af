import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn } from '../store/columns.js';

/**
 * The owner of business accounts, API keys, contacts and all that hangs on them.
 *
 * @publicApi
 */
@Entity('whatsapp_workspaces')
export class WorkspaceEntity {
  /** Row id, which messages, contacts and events carry as `workspaceId`. */
  @PrimaryGeneratedColumn({ name: 'id' })
  id!: number;

  /** How callers name it; also its subdomain on the `workspace` surface. */
  @Index({ unique: true })
  @StringColumn('name', 63)
  name!: string;

  /** Row id of the phone number that sends where none is named. */
  @Column({ name: 'primary_phone_number_id', type: 'integer', nullable: true })
  primaryPhoneNumberId!: number | null;

  /** When a person made it the primary one; null while the options decide. */
  @DateColumn('primary_chosen_at', { nullable: true })
  primaryChosenAt!: Date | null;

  /** When it was created. */
  @DateColumn('created_at')
  createdAt!: Date;
}
