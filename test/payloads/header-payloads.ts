import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { ownTemplate, type PayloadCase } from './payload-case.js';

const namedHeader = ownTemplate('named_header', [
  { type: 'HEADER', format: 'TEXT', text: 'Hi {{first_name}}' },
  { type: 'BODY', text: 'Nothing to fill here.' },
]);
const productHeader = ownTemplate('one_product', [
  { type: 'HEADER', format: 'PRODUCT' },
  { type: 'BODY', text: 'Have a look at this one.' },
]);

export const headerTemplates = [namedHeader, productHeader];

/** Every kind of header. `mediaId` is a file that was uploaded. */
export const headerPayloads = (mediaId: string): readonly PayloadCase[] => [
  { title: 'a template without variables: no components at all', template: sampleTemplates.plain, given: {} },
  {
    title: 'a text header and a body that both have a {{1}}',
    template: sampleTemplates.textHeader,
    given: { variables: { header_1: '860198', '1': 'Pablo', '2': 'Monday' } },
    components: [
      { type: 'header', parameters: [{ type: 'text', text: '860198' }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Pablo' },
          { type: 'text', text: 'Monday' },
        ],
      },
    ],
  },
  {
    title: 'a named text header',
    template: namedHeader,
    given: { variables: { first_name: 'Jo' } },
    components: [{ type: 'header', parameters: [{ type: 'text', parameter_name: 'first_name', text: 'Jo' }] }],
  },
  {
    title: 'an image header by link',
    template: sampleTemplates.imageHeader,
    given: { variables: { header_image: 'https://cdn.example.com/summer.jpg', '1': 'Ana' } },
    components: [
      { type: 'header', parameters: [{ type: 'image', image: { link: 'https://cdn.example.com/summer.jpg' } }] },
      { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
    ],
  },
  {
    title: 'an image header by the id of an uploaded file',
    template: sampleTemplates.imageHeader,
    given: { variables: { header_image: mediaId, '1': 'Ana' } },
    components: [
      { type: 'header', parameters: [{ type: 'image', image: { id: mediaId } }] },
      { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
    ],
  },
  {
    title: 'a video header',
    template: sampleTemplates.videoHeader,
    given: { variables: { header_video: { link: 'https://cdn.example.com/tour.mp4' } } },
    components: [
      { type: 'header', parameters: [{ type: 'video', video: { link: 'https://cdn.example.com/tour.mp4' } }] },
    ],
  },
  {
    title: 'a document header with a filename',
    template: sampleTemplates.documentHeader,
    given: {
      variables: {
        header_document: { link: 'https://cdn.example.com/i/118', filename: 'Invoice 118.pdf' },
        '1': '2026-118',
      },
    },
    components: [
      {
        type: 'header',
        parameters: [
          { type: 'document', document: { link: 'https://cdn.example.com/i/118', filename: 'Invoice 118.pdf' } },
        ],
      },
      { type: 'body', parameters: [{ type: 'text', text: '2026-118' }] },
    ],
  },
  {
    title: 'a document header without a filename',
    template: sampleTemplates.documentHeader,
    given: { variables: { header_document: { id: mediaId }, '1': '2026-118' } },
    components: [
      { type: 'header', parameters: [{ type: 'document', document: { id: mediaId } }] },
      { type: 'body', parameters: [{ type: 'text', text: '2026-118' }] },
    ],
  },
  {
    title: 'a location header, its numbers as text',
    template: sampleTemplates.locationHeader,
    given: {
      variables: {
        header_location: { latitude: -34.6037, longitude: '-58.3816', name: 'Obelisco', address: 'Av. 9 de Julio' },
        '1': 'Ana',
      },
    },
    components: [
      {
        type: 'header',
        parameters: [
          {
            type: 'location',
            location: { latitude: '-34.6037', longitude: '-58.3816', name: 'Obelisco', address: 'Av. 9 de Julio' },
          },
        ],
      },
      { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
    ],
  },
  {
    title: 'a product header',
    template: productHeader,
    given: { variables: { header_product: { catalog_id: '194836987003835', product_retailer_id: 'sku-7' } } },
    components: [
      {
        type: 'header',
        parameters: [{ type: 'product', product: { catalog_id: '194836987003835', product_retailer_id: 'sku-7' } }],
      },
    ],
  },
];
