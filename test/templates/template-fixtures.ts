import type { TemplateComponent, TemplateDefinition, TemplateButton } from '../../lib/templates/template-component.js';

/** A template of these components; utility, Spanish, positional unless said otherwise. */
export function template(
  components: readonly TemplateComponent[],
  rest: Partial<TemplateDefinition> = {},
): TemplateDefinition {
  return { name: 'order_sent', language: 'es', category: 'UTILITY', components, ...rest };
}

export const body = (text: string): TemplateComponent => ({ type: 'BODY', text });
export const header = (format: string, text?: string): TemplateComponent => ({ type: 'HEADER', format, text });
export const buttons = (...list: readonly TemplateButton[]): TemplateComponent => ({ type: 'BUTTONS', buttons: list });

/** An authentication template as Meta gives it back: its OTP button has become a URL button. */
export const oneTimeCode = template(
  [
    body('*{{1}}* is your verification code.'),
    buttons({
      type: 'URL',
      text: 'Copy code',
      url: 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}',
    }),
  ],
  { category: 'AUTHENTICATION' },
);

const card = (index: number): readonly TemplateComponent[] => [
  header('IMAGE'),
  body(`Card ${index} costs {{1}} today`),
  buttons({ type: 'QUICK_REPLY', text: 'More' }, { type: 'URL', text: 'Buy', url: 'https://shop.example/p/{{1}}' }),
];

/** A message body and two cards with an image, a price and two buttons each. */
export const carousel = template(
  [body('For you, {{1}}, today:'), { type: 'CAROUSEL', cards: [{ components: card(0) }, { components: card(1) }] }],
  { category: 'MARKETING' },
);
