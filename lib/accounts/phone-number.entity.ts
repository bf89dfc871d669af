import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { DateColumn, StringColumn } from '../store/columns.js';
import { BusinessAccountEntity } from './business-account.entity.js';

/**
 * A business phone number as Meta last described it. Enum-like columns hold whatever Meta says, also what is new.
 *
 * @publicApi
 */
@Entity('whatsapp_phone_numbers')
export class PhoneNumberEntity {
  /** Row id; Meta's is `phoneNumberId`. */
  @PrimaryGeneratedColumn({ name: 'id' })
  id!: number;

  /** Row id of the account that owns the number. */
  @Index()
  @Column({ name: 'account_id', type: 'integer' })
  accountId!: number;

  /** The account, where the query joins it. */
  @ManyToOne(() => BusinessAccountEntity, { nullable: false, onDelete: 'CASCADE', onUpdate: 'RESTRICT' })
  @JoinColumn({ name: 'account_id' })
  account?: BusinessAccountEntity;

  /** Meta's id of the phone number. */
  @Index({ unique: true })
  @StringColumn('phone_number_id', 64)
  phoneNumberId!: string;

  /** The number for people, such as `+54 9 11 1234-5678`. */
  @StringColumn('display_phone_number', 64, { nullable: true })
  displayPhoneNumber!: string | null;

  /** The business's name as customers see it. */
  @StringColumn('verified_name', 512, { nullable: true })
  verifiedName!: string | null;

  /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN` or `NA`. */
  @StringColumn('quality_rating', 64, { nullable: true })
  qualityRating!: string | null;

  /** `STANDARD` (80 messages per second), `HIGH` (1,000) or `NOT_APPLICABLE`. */
  @StringColumn('throughput_level', 64, { nullable: true })
  throughputLevel!: string | null;

  /** `TIER_250` … `TIER_UNLIMITED`: unique recipients outside the service window in a rolling 24 hours. */
  @StringColumn('messaging_limit', 64, { nullable: true })
  messagingLimit!: string | null;

  /** `CONNECTED`, `PENDING`, `BANNED` … */
  @StringColumn('status', 64, { nullable: true })
  status!: string | null;

  /** `VERIFIED`, `NOT_VERIFIED` or `EXPIRED`. */
  @StringColumn('code_verification_status', 64, { nullable: true })
  codeVerificationStatus!: string | null;

  /** Meta's review of the verified name, such as `APPROVED`. */
  @StringColumn('name_status', 64, { nullable: true })
  nameStatus!: string | null;

  /** The username by which customers find the number, as Meta reported it last. */
  @StringColumn('username', 64, { nullable: true })
  username!: string | null;

  /** Of the username: `approved`, or `reserved` while customers do not see it yet. */
  @StringColumn('username_status', 64, { nullable: true })
  usernameStatus!: string | null;

  /** When Meta reported the username, or that there is none. */
  @DateColumn('username_at', { nullable: true })
  usernameAt!: Date | null;

  /** Also used in the WhatsApp Business app, which fixes its throughput at 20 messages per second. */
  @Column({ name: 'is_on_biz_app', type: 'boolean' })
  isOnBizApp!: boolean;

  /** When it was last fetched from Meta. */
  @DateColumn('synced_at', { nullable: true })
  syncedAt!: Date | null;

  /** Since when Meta no longer lists it; such a number sends nothing. */
  @DateColumn('removed_at', { nullable: true })
  removedAt!: Date | null;

  /** When the number was configured or first fetched here. */
  @DateColumn('created_at')
  createdAt!: Date;
}
