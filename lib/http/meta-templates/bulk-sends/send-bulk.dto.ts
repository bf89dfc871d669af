import { IsIn, IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { IsMoment } from '../../moment.js';

const REQUIRED = { message: 'is required: Meta’s id of the phone number that sends, in a string.' };

/**
 * Body of `POST /meta-templates/send-bulk/`, or its query when the body is CSV or NDJSON. What has no decorator here is
 * checked by `BulkService`, for every caller; so are the recipients, of which there may be too many to validate by class.
 */
export class SendBulkDto {
  @IsString(REQUIRED)
  @IsNotEmpty(REQUIRED)
  phone_number_id!: string;

  template_name!: string;

  /** `es` when left out. */
  language?: string | null;

  name?: string | null;

  @IsOptional()
  @IsMoment()
  scheduled_at?: string | null;

  on_quota_exceeded?: 'defer' | 'reject' | null;

  /** In a query it is a text. */
  @IsOptional()
  @IsIn([true, false, 'true', 'false'], { message: 'must be true or false.' })
  dry_run?: boolean | 'true' | 'false' | null;

  recipients?: unknown;
}
