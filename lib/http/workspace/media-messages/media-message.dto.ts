import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { Field } from '../../surface/field.decorator.js';

export const MEDIA_KINDS = ['image', 'document', 'video', 'audio'] as const;

/** Paths of the content of every kind, in the input of `ConversationsService`. */
const ofEachKind = (...fields: readonly string[]): readonly string[] =>
  MEDIA_KINDS.flatMap((kind) => fields.map((field) => `${kind}${field}`));

/** Body of `POST /messages/media`. The services check what has no class-validator decorator but `IsOptional`. */
export class MediaMessageDto {
  @Field({
    description: 'The recipient: 8 to 15 digits with country code, with or without `+`.',
    example: '+14155551234',
    service: 'to',
  })
  phone_number!: string;

  @IsIn(MEDIA_KINDS, { message: `is required: one of ${MEDIA_KINDS.join(', ')}.` })
  @Field({ example: 'image' })
  media_type!: (typeof MEDIA_KINDS)[number];

  @Field({
    description: 'The public address that Meta fetches the file from.',
    example: 'https://example.com/photo.jpg',
    service: ofEachKind('', '.link', '.id'),
  })
  media_url?: unknown;

  @Field({
    description: 'Audio has none.',
    maxLength: 1_024,
    optional: true,
    example: 'As promised',
    service: ofEachKind('.caption'),
  })
  caption?: unknown;

  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @MaxLength(255, { message: 'must have at most 255 characters.' })
  @Field({ description: 'Of a document, as the customer sees it.', service: ofEachKind('.filename') })
  filename?: string;
}

/** The same in a form, in which a file may replace the address. */
export class MediaMessageForm extends MediaMessageDto {
  @Field({ description: 'The public address that Meta fetches the file from.', optional: true })
  override media_url?: unknown;

  @Field({
    description: 'In place of `media_url`: images up to 5,120 KB, video and audio 16,384 KB, documents 102,400 KB.',
    format: 'binary',
    optional: true,
  })
  media_file?: unknown;
}
