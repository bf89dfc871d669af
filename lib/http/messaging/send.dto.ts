import { IsArray, IsOptional } from 'class-validator';
import { SenderDto } from './sender.dto.js';

// What has no decorator here is checked by the services, for every caller.

/** Body of `POST /send-message`. */
export class SendMessageDto extends SenderDto {
  /** A number with country code, such as `919876543210`. */
  phone!: string;

  /** The text, 1 to 4,096 characters. */
  message!: string;
}

/** Body of `POST /send-location`. */
export class SendLocationDto extends SenderDto {
  phone!: string;

  /** Degrees from -90 to 90; a number may be written as a string. */
  latitude!: number | string;

  /** Degrees from -180 to 180; a number may be written as a string. */
  longitude!: number | string;

  name?: string | null;

  /** Shown only beside a name. */
  address?: string | null;
}

const LIST = { message: 'must be a list of texts, such as ["Ana", "12"].' };

/** Body of `POST /send-template`. */
export class SendTemplateDto extends SenderDto {
  phone!: string;

  template_name!: string;

  /** `en` when left out. */
  language?: string | null;

  /** Values of the body's variables, in their order. */
  @IsOptional()
  @IsArray(LIST)
  body_params?: readonly unknown[] | null;

  /** Values of the header's variables, in their order. */
  @IsOptional()
  @IsArray(LIST)
  header_params?: readonly unknown[] | null;
}
