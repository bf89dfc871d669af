import type { TemplateCard, TemplateFixture } from '../template.fixture.js';

const POSITIONAL = { language: 'en_US', status: 'APPROVED', parameter_format: 'POSITIONAL' } as const;

/** A limited-time offer and two carousels. */
export const offerSamples = {
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
  const handle = `https://scontent.whatsapp.net/v/t61.29466-34/${image}.jpg?ccb=1-7&oh=03`;
  return { type: 'HEADER', format: 'IMAGE', example: { header_handle: [handle] } };
}
