import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { ownTemplate, type PayloadCase } from './payload-case.js';

const offerWithoutEnd = ownTemplate('offer_without_end', [
  { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Offer!', has_expiration: false } },
  { type: 'BODY', text: 'Good news for you.' },
  {
    type: 'BUTTONS',
    buttons: [{ type: 'URL', text: 'Book now!', url: 'https://travel.example.com/{{1}}', example: ['x'] }],
  },
]);

export const offerTemplates = [offerWithoutEnd];

const BEACH = 'https://cdn.example.com/beach.jpg';

const fruitCard = (index: number, kind: string, payload: string, suffix: string) => ({
  card_index: index,
  components: [
    { type: 'header', parameters: [{ type: 'image', image: { link: `https://cdn.example.com/${suffix}.jpg` } }] },
    { type: 'body', parameters: [{ type: 'text', text: kind }] },
    { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload }] },
    { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: suffix }] },
  ],
});

/** Limited-time offers and carousels. */
export const offerPayloads: readonly PayloadCase[] = [
  {
    title: 'a limited-time offer: its end in Unix milliseconds, the code at 0 and the URL at 1',
    template: sampleTemplates.limitedTimeOffer,
    given: {
      variables: {
        header_image: BEACH,
        '1': 'Ana',
        '2': 'CARIBE25',
        limited_time_offer: '2023-10-29T17:00:00Z',
      },
      button_variables: { button_0: 'CARIBE25', button_1: 'n3mtql' },
    },
    components: [
      { type: 'header', parameters: [{ type: 'image', image: { link: BEACH } }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Ana' },
          { type: 'text', text: 'CARIBE25' },
        ],
      },
      {
        type: 'limited_time_offer',
        parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: 1698598800000 } }],
      },
      {
        type: 'button',
        sub_type: 'copy_code',
        index: '0',
        parameters: [{ type: 'coupon_code', coupon_code: 'CARIBE25' }],
      },
      { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'n3mtql' }] },
    ],
  },
  {
    title: 'an offer that does not end and has no code: the URL at 0',
    template: offerWithoutEnd,
    given: { button_variables: { button_0: 'n3mtql' } },
    components: [{ type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: 'n3mtql' }] }],
  },
  {
    title: 'a carousel: each card with header, body and buttons counted from 0',
    template: sampleTemplates.carousel,
    given: {
      variables: { '1': 'Ana', '2': '15OFF' },
      cards: [
        {
          variables: { header_image: 'https://cdn.example.com/lemons.jpg', '1': 'organic' },
          button_variables: { button_0: 'more-lemons', button_1: 'lemons' },
        },
        {
          variables: { header_image: 'https://cdn.example.com/buddha.jpg', '1': 'fragrant' },
          button_variables: { button_0: 'more-buddha', button_1: 'buddha' },
        },
      ],
    },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Ana' },
          { type: 'text', text: '15OFF' },
        ],
      },
      {
        type: 'carousel',
        cards: [fruitCard(0, 'organic', 'more-lemons', 'lemons'), fruitCard(1, 'fragrant', 'more-buddha', 'buddha')],
      },
    ],
  },
  {
    title: 'a carousel whose cards take an image alone',
    template: sampleTemplates.carouselWithoutVariables,
    given: {
      cards: ['shoes', 'hats', 'bags'].map((name) => ({
        variables: { header_image: `https://cdn.example.com/${name}.png` },
      })),
    },
    components: [
      {
        type: 'carousel',
        cards: [
          {
            card_index: 0,
            components: [
              { type: 'header', parameters: [{ type: 'image', image: { link: 'https://cdn.example.com/shoes.png' } }] },
            ],
          },
          {
            card_index: 1,
            components: [
              { type: 'header', parameters: [{ type: 'image', image: { link: 'https://cdn.example.com/hats.png' } }] },
            ],
          },
          {
            card_index: 2,
            components: [
              { type: 'header', parameters: [{ type: 'image', image: { link: 'https://cdn.example.com/bags.png' } }] },
            ],
          },
        ],
      },
    ],
  },
];
