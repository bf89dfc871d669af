/** Someone who gets a message, as the library takes it. */
export interface Recipient {
  readonly phone: string;
  readonly variables: { readonly '1': string; readonly '2': string };
}

/** The template of every measurement: two variables in the body. */
export const template = {
  name: 'delivery_update',
  language: 'en_US',
  category: 'UTILITY',
  parameter_format: 'POSITIONAL',
  components: [
    {
      type: 'BODY',
      text: 'Hello {{1}}, your parcel {{2}} is on its way.',
      example: { body_text: [['Pablo', '860198']] },
    },
  ],
};

const FIRST_PHONE = 4_915_100_000_000;

/** Person number `index`, the same in every process. */
export function recipient(index: number): Recipient {
  return { phone: `+${FIRST_PHONE + index}`, variables: { '1': `Customer ${index}`, '2': `2026-${index}` } };
}

/** `count` persons, made as they are asked for. */
export function* recipients(count: number, first = 0): Generator<Recipient> {
  for (let index = first; index < first + count; index += 1) yield recipient(index);
}

/** Meta's payload for one of them, with everything that the library's has. */
export function payloadFor({ phone, variables }: Recipient): string {
  return JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: phone,
    type: 'template',
    template: {
      name: template.name,
      language: { code: template.language },
      components: [{ type: 'body', parameters: Object.values(variables).map((text) => ({ type: 'text', text })) }],
    },
    biz_opaque_callback_data: `0123456789abcdef.${phone}.1`,
  });
}
