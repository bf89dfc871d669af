import { IsBoolean, IsOptional } from 'class-validator';

/** Body of `POST /meta-templates/bulk-sends/{id}/retry/`. */
export class RetryBulkSendDto {
  /** Also messages whose outcome nobody knows, which their recipients may then get twice. */
  @IsOptional()
  @IsBoolean({ message: 'must be true or false.' })
  include_unknown?: boolean | null;
}
