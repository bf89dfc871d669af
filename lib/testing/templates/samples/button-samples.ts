import type { TemplateFixture } from '../template.fixture.js';

const POSITIONAL = { language: 'en_US', status: 'APPROVED', parameter_format: 'POSITIONAL' } as const;
const OTP_ADDRESS = 'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code_expiration_minutes=10&code=otp';

/** Templates with each kind of button. */
export const buttonSamples = {
  /** A URL with a variable, one without, and a telephone number: indexes 0, 1 and 2. */
  urlButtons: {
    ...POSITIONAL,
    id: '1689556908129011',
    name: 'order_shipped',
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: 'Order {{1}} is on its way.', example: { body_text: [['860198']] } },
      {
        type: 'BUTTONS',
        buttons: [
          {
            type: 'URL',
            text: 'Track order',
            url: 'https://shop.example.com/track/{{1}}',
            example: ['https://shop.example.com/track/860198'],
          },
          { type: 'URL', text: 'Visit shop', url: 'https://shop.example.com/' },
          { type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+15550051310' },
        ],
      },
    ],
  },
  quickReplies: {
    ...POSITIONAL,
    id: '1689556908129012',
    name: 'appointment_reminder',
    category: 'UTILITY',
    components: [
      {
        type: 'BODY',
        text: 'Your appointment is on {{1}} at {{2}}. Will you come?',
        example: { body_text: [['Monday', '10:30']] },
      },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Yes' },
          { type: 'QUICK_REPLY', text: 'No' },
        ],
      },
    ],
  },
  /** A quick reply before the coupon's button, so that the code is at index 1. */
  copyCode: {
    ...POSITIONAL,
    id: '1689556908129013',
    name: 'coupon_gift',
    category: 'MARKETING',
    components: [
      { type: 'BODY', text: 'A coupon for your next order, {{1}}. Enjoy!', example: { body_text: [['Ana']] } },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'No more offers' },
          { type: 'COPY_CODE', text: 'Copy offer code', example: '250FF' },
        ],
      },
    ],
  },
  flow: {
    ...POSITIONAL,
    id: '1689556908129014',
    name: 'book_a_table',
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: 'Choose a table and a time.' },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'FLOW', text: 'Book', flow_id: 1054820166, flow_action: 'NAVIGATE', navigate_screen: 'WELCOME' },
        ],
      },
    ],
  },
  /** An authentication template as it reads back: its OTP button is a URL button. */
  oneTimeCode: {
    ...POSITIONAL,
    id: '1689556908129015',
    name: 'login_code',
    category: 'AUTHENTICATION',
    message_send_ttl_seconds: 600,
    components: [
      {
        type: 'BODY',
        text: '*{{1}}* is your verification code. For your security, do not share this code.',
        add_security_recommendation: true,
        example: { body_text: [['123456']] },
      },
      { type: 'FOOTER', text: 'This code expires in 10 minutes.', code_expiration_minutes: 10 },
      {
        type: 'BUTTONS',
        buttons: [{ type: 'URL', text: 'Copy code', url: `${OTP_ADDRESS}{{1}}`, example: [`${OTP_ADDRESS}123456`] }],
      },
    ],
  },
  catalog: {
    ...POSITIONAL,
    id: '1689556908129016',
    name: 'browse_catalog',
    category: 'MARKETING',
    components: [
      { type: 'BODY', text: 'Now shop on WhatsApp, {{1}}! Have a look.', example: { body_text: [['Ana']] } },
      { type: 'BUTTONS', buttons: [{ type: 'CATALOG', text: 'View catalog' }] },
    ],
  },
  multiProduct: {
    ...POSITIONAL,
    id: '1689556908129017',
    name: 'abandoned_cart',
    category: 'MARKETING',
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'You left something, {{1}}', example: { header_text: ['Ana'] } },
      { type: 'BODY', text: 'Use code {{1}} to get 10% off!', example: { body_text: [['10OFF']] } },
      { type: 'BUTTONS', buttons: [{ type: 'MPM', text: 'View items' }] },
    ],
  },
  voiceCall: {
    ...POSITIONAL,
    id: '1689556908129018',
    name: 'call_us',
    category: 'UTILITY',
    components: [
      { type: 'BODY', text: 'Do you have a question? We are here.' },
      { type: 'BUTTONS', buttons: [{ type: 'VOICE_CALL', text: 'Call on WhatsApp' }] },
    ],
  },
  /** Named variables; the one of the URL button is still `{{1}}`. */
  namedWithUrl: {
    language: 'es_AR',
    status: 'APPROVED',
    parameter_format: 'NAMED',
    id: '1689556908129019',
    name: 'pedido_enviado',
    category: 'UTILITY',
    components: [
      {
        type: 'BODY',
        text: 'Hola {{customer_name}}, tu pedido {{order_id}} ya salió.',
        example: {
          body_text_named_params: [
            { param_name: 'customer_name', example: 'Ana' },
            { param_name: 'order_id', example: '860198' },
          ],
        },
      },
      {
        type: 'BUTTONS',
        buttons: [
          {
            type: 'URL',
            text: 'Seguir pedido',
            url: 'https://tienda.example.com/pedidos/{{1}}',
            example: ['https://tienda.example.com/pedidos/860198'],
          },
        ],
      },
    ],
  },
} as const satisfies Record<string, TemplateFixture>;
