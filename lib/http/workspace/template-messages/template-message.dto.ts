import { IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { boolean, integer, oneOf } from '../../openapi/schema.js';
import { Field } from '../../surface/dto.js';

const LANGUAGE = { message: 'is required: the code of a language, 2 to 10 characters, such as en_US.' };

export const YES = [true, 'true', 1, '1'] as const;
const NO = [false, 'false', 0, '0'] as const;

/** `contact` of a send; the services check it. */
export class TemplateContactDto {
  /** Given name. */
  @Field({ maxLength: 255, optional: true, service: 'firstName' })
  firstname?: unknown;

  /** Family name. */
  @Field({ maxLength: 255, optional: true, service: 'lastName' })
  lastname?: unknown;

  /** Email address. */
  @Field({ format: 'email', optional: true })
  email?: unknown;

  /** Country. */
  @Field({ maxLength: 64, optional: true })
  country?: unknown;

  /** Names of the groups that the person is in. */
  @Field({ each: true, itemSchema: { maxLength: 100 }, maxItems: 100, optional: true })
  groups?: unknown;
}

const headerOf = (kind: string, field: string) => ({
  optional: true,
  service: [`${field}.link`, `${field}.id`],
  description: `Of a template with ${kind} in its header.`,
});

/** Body of `POST /messages/template`. The services check what has no class-validator decorator but `IsOptional`. */
export class TemplateMessageDto {
  @Field({
    description: 'The recipient: 8 to 15 digits with country code, with or without `+`.',
    example: '+14155551234',
    service: 'to',
  })
  phone_number!: string;

  @Field({ description: 'As Meta has it.', example: 'order_confirmation', service: 'template' })
  template_name!: string;

  @IsString(LANGUAGE)
  @Length(2, 10, LANGUAGE)
  @Field({ description: 'Such as `en_US`.', example: 'en_US', service: 'language' })
  template_language!: string;

  @Field({
    description: 'Meta’s id of the number that sends; the primary one when left out.',
    optional: true,
    service: 'phoneNumberId',
  })
  from_phone_number_id?: string;

  /** Of a template with an image in its header: an address, or Meta’s id of a file. */
  @Field(headerOf('an image', 'header_image_url'))
  header_image_url?: unknown;

  /** Of a template with a video in its header: an address, or Meta’s id of a file. */
  @Field(headerOf('a video', 'header_video_url'))
  header_video_url?: unknown;

  /** Of a template with a document in its header: an address, or Meta’s id of a file. */
  @Field(headerOf('a document', 'header_document_url'))
  header_document_url?: unknown;

  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @MaxLength(255, { message: 'must have at most 255 characters.' })
  @Field({
    description: 'Of the document, as the customer sees it.',
    service: ['header_document_url.filename', 'header_document_file.filename'],
  })
  header_document_name?: string;

  @Field({ description: '`{{1}}` of a header of text.', optional: true, example: '860198' })
  header_field_1?: unknown;

  /** Variable 1 of the body, in their order. */
  field_1?: unknown;
  /** Variable 2 of the body, in their order. */
  field_2?: unknown;
  /** Variable 3 of the body, in their order. */
  field_3?: unknown;
  /** Variable 4 of the body, in their order. */
  field_4?: unknown;
  /** Variable 5 of the body, in their order. */
  field_5?: unknown;
  /** Variable 6 of the body, in their order. */
  field_6?: unknown;
  /** Variable 7 of the body, in their order. */
  field_7?: unknown;
  /** Variable 8 of the body, in their order. */
  field_8?: unknown;
  /** Variable 9 of the body, in their order. */
  field_9?: unknown;
  /** Variable 10 of the body, in their order. */
  field_10?: unknown;

  /** Value of the first button, such as the end of its address. */
  button_0?: unknown;
  /** Value of the second button, such as the end of its address. */
  button_1?: unknown;
  /** Value of the third button, such as the end of its address. */
  button_2?: unknown;

  @IsOptional()
  @IsString({ message: 'must be a text, in quotes.' })
  @MaxLength(100, { message: 'must have at most 100 characters.' })
  @Field({ description: 'The one-time password, once; Meta takes 15 characters.' })
  otp_code?: string;

  @IsOptional()
  @IsIn([...YES, ...NO], { message: 'must be true or false.' })
  @Field({
    description: 'In place of `otp_code`: a code of six digits is made, sent, and returned as `otp_code`.',
    oneOf: [boolean(), oneOf('true', 'false', '1', '0'), integer({ minimum: 0, maximum: 1 })],
    default: false,
  })
  auto_generate_otp?: (typeof YES)[number] | (typeof NO)[number];

  @Field({
    type: () => TemplateContactDto,
    description: 'Fields to set of the contact. In a form `contact[firstname]` …, or an object in JSON.',
    optional: true,
    example: { firstname: 'Ana', email: 'ana.paz@example.com', groups: ['customers'] },
    checkedByService: true,
  })
  contact?: unknown;
}

const SAMPLES = new Map([
  [1, 'Ana'],
  [2, 'Monday'],
]);

for (let place = 1; place <= 10; place += 1) {
  const description = 'Of the body: its variables in their order.';
  Field({ description, optional: true, example: SAMPLES.get(place) })(TemplateMessageDto.prototype, `field_${place}`);
}

for (let place = 0; place <= 2; place += 1) {
  const description = 'The value of the button at that place, such as the end of its address.';
  Field({ description, optional: true })(TemplateMessageDto.prototype, `button_${place}`);
}

const fileOf = (kind: string, most: string) => ({
  description: `At most ${most} KB.`,
  format: 'binary',
  optional: true,
  service: [`header_${kind}_file.link`, `header_${kind}_file.id`],
});

/** The same in a form, in which the header's file may be sent. */
export class TemplateMessageForm extends TemplateMessageDto {
  /** The image of the header, as an uploaded file. */
  @Field(fileOf('image', '5,120'))
  header_image_file?: unknown;

  /** The video of the header, as an uploaded file. */
  @Field(fileOf('video', '16,384'))
  header_video_file?: unknown;

  /** The document of the header, as an uploaded file. */
  @Field(fileOf('document', '102,400'))
  header_document_file?: unknown;
}
