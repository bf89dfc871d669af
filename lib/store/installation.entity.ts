import { Entity, PrimaryColumn } from 'typeorm';
import { StringColumn } from './columns.js';

/** One row: the random id that keeps this deployment's callbacks apart from another's on the same account. */
@Entity('whatsapp_installation')
export class InstallationEntity {
  @PrimaryColumn({ name: 'id', type: 'integer' })
  id!: number;

  @StringColumn('installation_id', 16)
  installationId!: string;
}
