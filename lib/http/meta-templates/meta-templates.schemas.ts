import { array, integer, object, type Schema, string } from '../openapi/schema.js';

/** As examples have it. */
export const PHONE_NUMBER_ID = '106540352242922';

const variables: Schema = {
  type: 'object',
  description:
    'Values by the template’s own names, `1`, `2` … where it has none. `header_1` is the header’s where the body has a ' +
    '`1`, too; `header_image`, `header_video` and `header_document` take a URL or a media id, `header_location` an object.',
  additionalProperties: true,
  nullable: true,
};

const buttonVariables: Schema = {
  type: 'object',
  description:
    'Values by `button_0`, `button_1` …: the end of a URL, the payload of a quick reply, or the code of a copy-code button.',
  additionalProperties: true,
  nullable: true,
};

/** What fills a template. */
export const variablesSchemas = {
  variables,
  button_variables: buttonVariables,
  cards: array(object({}, { variables, button_variables: buttonVariables }), {
    description: 'Values of a carousel’s cards, in order.',
    nullable: true,
  }),
};

export const phoneNumberIdSchema = string({ description: 'Meta’s id of the phone number that sends.', minLength: 1 });
export const templateNameSchema = string({ description: 'As Meta has it.' });
export const languageSchema = string({ description: 'Of the template.', default: 'es' });
export const recipientPhoneSchema = string({
  description: 'With its country code, such as `+5491112345678`; or a business-scoped user id.',
});

/** Meta's codes are numbers, the module's own words. */
export const errorCodeSchema: Schema = {
  description: 'Meta’s code, or a word such as `OUTCOME_UNKNOWN`.',
  nullable: true,
  oneOf: [integer(), string()],
};
