import { Entity, PrimaryColumn } from 'typeorm';
import { DateColumn, StringColumn, TextColumn } from '../store/columns.js';

/**
 * A phone number or business account that Meta lets send nothing at present.
 *
 * @publicApi
 */
@Entity('whatsapp_sending_pauses')
export class SendingPauseEntity {
  /** Whether a number is paused, or an account with all its numbers. */
  @PrimaryColumn({ name: 'scope', type: 'varchar', length: '8' })
  scope!: 'number' | 'account';

  /** Meta's id of the number or account. */
  @PrimaryColumn({ name: 'subject_id', type: 'varchar', length: '64' })
  subjectId!: string;

  /** Meta's error code, or one of this module's such as `META_UNREACHABLE`. */
  @StringColumn('code', 64, { nullable: true })
  code!: string | null;

  /** Why, in a sentence for people. */
  @TextColumn('message')
  message!: string;

  /** When it was paused. */
  @DateColumn('since')
  since!: Date;

  /** When sending goes on by itself; null: when Meta says that the number is healthy again, or a person does. */
  @DateColumn('until', { nullable: true })
  until!: Date | null;
}
