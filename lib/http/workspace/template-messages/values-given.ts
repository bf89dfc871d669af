import type { ListedFields, ValuesInOrder } from '../../../templates/variables/values-in-order.js';
import type { HeaderMedia } from './header-media.js';
import type { TemplateMessageDto } from './template-message.dto.js';

/** The values of a template, by the order of its variables. */
export function valuesGiven(
  body: TemplateMessageDto,
  media: HeaderMedia['named'],
  generatedCode?: string,
): ValuesInOrder {
  const { button_0, button_1, button_2, otp_code } = body;
  return {
    templatePath: 'template_name',
    headerText: listed('header_field_', [body.header_field_1]),
    body: listed('field_', [
      body.field_1,
      body.field_2,
      body.field_3,
      body.field_4,
      body.field_5,
      body.field_6,
      body.field_7,
      body.field_8,
      body.field_9,
      body.field_10,
    ]),
    named: {
      ...media,
      button_0: { path: 'button_0', value: button_0 },
      button_1: { path: 'button_1', value: button_1 },
      button_2: { path: 'button_2', value: button_2 },
    },
    oneTimeCode:
      generatedCode === undefined
        ? { path: 'otp_code', value: otp_code }
        : { path: 'auto_generate_otp', value: generatedCode },
  };
}

/** Fields that are counted from 1. */
const listed = (name: string, values: readonly unknown[]): ListedFields => ({
  values,
  pathOf: (index) => `${name}${index + 1}`,
});

/** The field of a problem within one that is made of several. */
export const valuePath = (path: string): string =>
  path.replace(/^header_document_\w+\.filename$/, 'header_document_name').replace(/^(header_\w+)\.(?:link|id)$/, '$1');
