import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';

export const MEDIA_KINDS = ['image', 'document', 'video', 'audio'] as const;

const KINDS = MEDIA_KINDS.join(', ');

/** Body of `POST /messages/media`. What has no decorator here is checked by the services, for every caller. */
export class MediaMessageDto {
  phone_number!: string;

  @IsIn(MEDIA_KINDS, { message: `is required: one of ${KINDS}.` })
  media_type!: (typeof MEDIA_KINDS)[number];

  /** Where Meta fetches the file; in a form `media_file` may stand in its place. */
  media_url?: unknown;

  /** At most 1,024 characters; audio has none. */
  caption?: unknown;

  /** Of a document, as the customer sees it. */
  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @MaxLength(255, { message: 'must have at most 255 characters.' })
  filename?: string;
}
