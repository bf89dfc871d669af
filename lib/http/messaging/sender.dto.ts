import { IsInt, IsOptional } from 'class-validator';

/** Names the number that sends. */
export class SenderDto {
  /** Row id of a phone number of the workspace's; its primary one sends when left out. */
  @IsOptional()
  @IsInt({ message: 'must be the id of a phone number, as a whole number.' })
  account_id?: number | null;
}
