import { buttonSamples } from './button-samples.js';
import type { TemplateFixture, TemplateCard } from '../template.fixture.js';

const POSITIONAL = { language: 'en_US', status: 'APPROVED', parameter_format: 'POSITIONAL' } as const;
const handle = (name: string) => ({
  header_handle: [`https://scontent.whatsapp.net/v/t61.29466-34/${name}?ccb=1-7&oh=01`],
});

/** Templates with each kind of header, with and without variables, positional and named. */
const headerSamples = {
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

/** A limited-time offer and two carousels. */
const offerSamples = {
  /** A code to copy at index 0, a URL with a variable at index 1. */
  limitedTimeOffer: {
    ...POSITIONAL,
    id: '1689556908129021',
    name: 'caribbean_offer',
    category: 'MARKETING',
    components: [
      {
        type: 'HEADER',
        format: 'IMAGE',
        example: { header_handle: ['https://scontent.whatsapp.net/v/t61.29466-34/beach.jpg?ccb=1-7&oh=02'] },
      },
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Expiring offer!', has_expiration: true } },
      {
        type: 'BODY',
        text: 'Good news, {{1}}! Use code {{2}} to get 25% off.',
        example: { body_text: [['Ana', 'CARIBE25']] },
      },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'COPY_CODE', text: 'Copy offer code', example: 'CARIBE25' },
          {
            type: 'URL',
            text: 'Book now!',
            url: 'https://travel.example.com/offers?code={{1}}',
            example: ['https://travel.example.com/offers?code=n3mtql'],
          },
        ],
      },
    ],
  },
  /** Two cards with an image, a variable in the text, a quick reply and a URL with a variable. */
  carousel: {
    ...POSITIONAL,
    id: '1689556908129022',
    name: 'tropical_fruits',
    category: 'MARKETING',
    components: [
      {
        type: 'BODY',
        text: 'Rare fruits for you, {{1}}! Use {{2}} at checkout.',
        example: { body_text: [['Ana', '15OFF']] },
      },
      { type: 'CAROUSEL', cards: [fruitCard('lemons', 'BLUE_ELF'), fruitCard('buddha', 'BUDDHA')] },
    ],
  },
  /** Cards without anything but their image to fill. */
  carouselWithoutVariables: {
    ...POSITIONAL,
    id: '1689556908129023',
    name: 'new_arrivals',
    category: 'MARKETING',
    components: [
      { type: 'BODY', text: 'New arrivals this week.' },
      { type: 'CAROUSEL', cards: [arrivalCard('shoes'), arrivalCard('hats'), arrivalCard('bags')] },
    ],
  },
} as const satisfies Record<string, TemplateFixture>;

function fruitCard(image: string, product: string): TemplateCard {
  return {
    components: [
      cardHeader(image),
      { type: 'BODY', text: 'Rare lemons, {{1}}, from our garden.', example: { body_text: [['organic']] } },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'QUICK_REPLY', text: 'Send more like this' },
          {
            type: 'URL',
            text: 'Shop',
            url: 'https://fruits.example.com/{{1}}',
            example: [`https://fruits.example.com/${product}`],
          },
        ],
      },
    ],
  };
}

function arrivalCard(image: string): TemplateCard {
  return {
    components: [
      cardHeader(image),
      { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Look', url: `https://shop.example.com/new/${image}` }] },
    ],
  };
}

function cardHeader(image: string) {
  const address = `https://scontent.whatsapp.net/v/t61.29466-34/${image}.jpg?ccb=1-7&oh=03`;
  return { type: 'HEADER', format: 'IMAGE', example: { header_handle: [address] } };
}

const samples = { ...headerSamples, ...buttonSamples, ...offerSamples } as const;

/**
 * Approved templates as `GET /{WABA}/message_templates` lists them: every kind of header (text, image, video, document,
 * location), every kind of button (URL, quick reply, copy code, flow, one-time code, catalog, multi-product, telephone,
 * voice call), positional and named variables, a limited-time offer and carousels. All are free to be changed by
 * spreading: `account.addTemplate({ ...sampleTemplates.named, id: undefined, status: 'PAUSED' })`.
 *
 * @publicApi
 */
export const sampleTemplates: typeof samples = samples;
