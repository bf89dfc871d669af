import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';

const LANGUAGE = { message: 'is required: the code of a language, 2 to 10 characters, such as en_US.' };

export const YES = [true, 'true', 1, '1'] as const;
const NO = [false, 'false', 0, '0'] as const;

/** Body of `POST /messages/template`. What has no decorator here is checked by the services, for every caller. */
export class TemplateMessageDto {
  phone_number!: string;

  template_name!: string;

  @IsString(LANGUAGE)
  @Length(2, 10, LANGUAGE)
  template_language!: string;

  /** Meta's id of the number that sends; the workspace's primary one when left out. */
  from_phone_number_id?: string;

  header_image_url?: unknown;
  header_video_url?: unknown;
  header_document_url?: unknown;

  /** As the customer sees it. */
  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @MaxLength(255, { message: 'must have at most 255 characters.' })
  header_document_name?: string;

  /** `{{1}}` of a header of text. */
  header_field_1?: unknown;

  field_1?: unknown;
  field_2?: unknown;
  field_3?: unknown;
  field_4?: unknown;
  field_5?: unknown;
  field_6?: unknown;
  field_7?: unknown;
  field_8?: unknown;
  field_9?: unknown;
  field_10?: unknown;

  button_0?: unknown;
  button_1?: unknown;
  button_2?: unknown;

  @IsOptional()
  @IsString({ message: 'must be a text, in quotes.' })
  @MaxLength(100, { message: 'must have at most 100 characters.' })
  otp_code?: string;

  /** Makes the one-time password, sends and returns it. Forms write it as a text. */
  @IsOptional()
  @IsIn([...YES, ...NO], { message: 'must be true or false.' })
  auto_generate_otp?: (typeof YES)[number] | (typeof NO)[number];

  /** What is filed about the person, as an object or, in a form, as its JSON. */
  contact?: unknown;
}
