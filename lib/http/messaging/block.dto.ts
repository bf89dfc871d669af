import { IsOptional, IsString, MaxLength } from 'class-validator';
import { SenderDto } from './sender.dto.js';

/** Body of `DELETE /unblock`. */
export class UnblockDto extends SenderDto {
  /** A number with country code, such as `919876543210`. */
  phone!: string;
}

/** Body of `POST /block`. */
export class BlockDto extends UnblockDto {
  /** For people. */
  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @MaxLength(1_000, { message: 'must have at most 1000 characters.' })
  reason?: string | null;
}
