import { IsNotEmpty, IsString } from 'class-validator';
import type { TemplateVariablesDto } from './template-variables.dto.js';

const REQUIRED = { message: 'is required: Meta’s id of the phone number that sends, in a string.' };

/** Body of `POST /meta-templates/send/`. What has no decorator here is checked by `MessagesService`, for every caller. */
export class SendTemplateDto implements TemplateVariablesDto {
  @IsString(REQUIRED)
  @IsNotEmpty(REQUIRED)
  phone_number_id!: string;

  template_name!: string;

  /** `es` when left out. */
  language?: string | null;

  recipient_phone!: string;

  variables?: TemplateVariablesDto['variables'];
  button_variables?: TemplateVariablesDto['button_variables'];
  cards?: TemplateVariablesDto['cards'];
}
