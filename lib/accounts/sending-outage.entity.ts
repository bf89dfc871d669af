import { Column, Entity, PrimaryColumn } from 'typeorm';
import { DateColumn, TextColumn } from '../store/columns.js';

/** A phone number for which Meta gives no answers: it sends one message now and then, until an answer comes. */
@Entity('whatsapp_sending_outages')
export class SendingOutageEntity {
  /** Meta's id of the phone number. */
  @PrimaryColumn({ name: 'phone_number_id', type: 'varchar', length: '64' })
  phoneNumberId!: string;

  /** What happened, in a sentence for people. */
  @TextColumn('message')
  message!: string;

  @DateColumn('since')
  since!: Date;

  /** Messages that were tried since; those under way included. */
  @Column({ name: 'trials', type: 'integer' })
  trials!: number;

  /** When the next message may be tried; while one is under way, when it is given up for lost. */
  @DateColumn('next_trial_at')
  nextTrialAt!: Date;
}
