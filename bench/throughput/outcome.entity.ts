import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** The outcome of a message, as an app without the library keeps it. */
@Entity('outcomes')
export class Outcome {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  phone!: string;

  @Column()
  status!: string;

  @Column({ type: 'varchar', nullable: true })
  wamid!: string | null;

  @Column({ type: 'varchar', nullable: true })
  error!: string | null;

  @Column({ type: 'timestamptz' })
  finishedAt!: Date;
}
