import type { TemplateFixture } from '../template.fixture.js';

const POSITIONAL = { language: 'en_US', status: 'APPROVED', parameter_format: 'POSITIONAL' } as const;
const handle = (name: string) => ({
  header_handle: [`https://scontent.whatsapp.net/v/t61.29466-34/${name}?ccb=1-7&oh=01`],
});

/** Templates with each kind of header, with and without variables, positional and named. */
export const headerSamples = {
  /** Nothing to fill. */
  plain: {
    ...POSITIONAL,
    id: '1689556908129001',
    name: 'hello_world',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Hello World' },
      { type: 'BODY', text: 'Welcome and congratulations!! This message shows that your account can send templates.' },
      { type: 'FOOTER', text: 'WhatsApp Business Platform sample message' },
    ],
  },
  /** A variable in the text header, and two in the body: `{{1}}` is there twice. */
  textHeader: {
    ...POSITIONAL,
    id: '1689556908129002',
    name: 'order_confirmation',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['860198'] } },
      {
        type: 'BODY',
        text: 'Thank you, {{1}}! We have your order and will deliver it by {{2}}. See you soon.',
        example: { body_text: [['Pablo', 'Monday']] },
      },
    ],
  },
  /** Named variables in header and body, one of them in both. */
  named: {
    language: 'es',
    status: 'APPROVED',
    parameter_format: 'NAMED',
    id: '1689556908129003',
    name: 'welcome_message',
    category: 'MARKETING',
    components: [
      {
        type: 'HEADER',
        format: 'TEXT',
        text: 'Hola {{name}}!',
        example: { header_text_named_params: [{ param_name: 'name', example: 'Juan' }] },
      },
      {
        type: 'BODY',
        text: 'Gracias {{name}} por unirte a {{company}}. Estamos para ayudarte.',
        example: {
          body_text_named_params: [
            { param_name: 'name', example: 'Juan' },
            { param_name: 'company', example: 'Mi Empresa' },
          ],
        },
      },
      { type: 'FOOTER', text: 'Responde BAJA para no recibir más mensajes' },
    ],
  },
  imageHeader: {
    ...POSITIONAL,
    id: '1689556908129004',
    name: 'summer_sale',
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'IMAGE', example: handle('summer.jpg') },
      { type: 'BODY', text: 'Our summer sale is on, {{1}}! Drop in.', example: { body_text: [['Ana']] } },
    ],
  },
  videoHeader: {
    ...POSITIONAL,
    id: '1689556908129005',
    name: 'product_tour',
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'VIDEO', example: handle('tour.mp4') },
      { type: 'BODY', text: 'A two-minute tour of what is new.' },
    ],
  },
  documentHeader: {
    ...POSITIONAL,
    id: '1689556908129006',
    name: 'invoice_ready',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'DOCUMENT', example: handle('invoice.pdf') },
      { type: 'BODY', text: 'Your invoice {{1}} is attached.', example: { body_text: [['2026-118']] } },
    ],
  },
  locationHeader: {
    ...POSITIONAL,
    id: '1689556908129007',
    name: 'courier_nearby',
    category: 'UTILITY',
    components: [
      { type: 'HEADER', format: 'LOCATION' },
      {
        type: 'BODY',
        text: 'Good news! Your courier is at the place above, {{1}}.',
        example: { body_text: [['Ana']] },
      },
    ],
  },
} as const satisfies Record<string, TemplateFixture>;
