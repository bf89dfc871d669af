import { Entity, PrimaryColumn } from 'typeorm';
import { StringColumn } from '../store/columns.js';

/** Which process sends the bulk messages of a phone number, where there is no Redis to share its pace through. */
@Entity('whatsapp_number_leases')
export class NumberLeaseEntity {
  /** Meta's id of the phone number. */
  @PrimaryColumn({ name: 'phone_number_id', type: 'varchar', length: '64' })
  phoneNumberId!: string;

  @StringColumn('process_id', 32)
  processId!: string;
}
