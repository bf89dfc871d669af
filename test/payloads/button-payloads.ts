import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { ownTemplate, type PayloadCase } from './payload-case.js';

const zeroTap = ownTemplate(
  'own_otp',
  [
    { type: 'BODY', text: '*{{1}}* is your verification code.' },
    { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'ONE_TAP', text: 'Autofill' }] },
  ],
  { category: 'AUTHENTICATION' },
);

export const buttonTemplates = [zeroTap];

const SECTIONS = [
  { title: 'Popular', product_items: [{ product_retailer_id: '2lc20305pt' }, { product_retailer_id: 'nseiw1x3ch' }] },
  { title: 'Premium', product_items: [{ product_retailer_id: 'n6k6x0y7oe' }] },
];

/** Every kind of button. */
export const buttonPayloads: readonly PayloadCase[] = [
  {
    title: 'the end of a URL button, percent-encoded, and nothing for the fixed URL and the telephone number',
    template: sampleTemplates.urlButtons,
    given: { variables: { '1': '860198' }, button_variables: { button_0: 'España 50%/ñ?a=1&b=c d#e%20f' } },
    components: [
      { type: 'body', parameters: [{ type: 'text', text: '860198' }] },
      {
        type: 'button',
        sub_type: 'url',
        index: '0',
        parameters: [{ type: 'text', text: 'Espa%C3%B1a%2050%25/%C3%B1?a=1&b=c%20d#e%20f' }],
      },
    ],
  },
  {
    title: 'a URL button of a named template, without a parameter name',
    template: sampleTemplates.namedWithUrl,
    given: { variables: { customer_name: 'Ana', order_id: 860198 }, button_variables: { button_0: 860198 } },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', parameter_name: 'customer_name', text: 'Ana' },
          { type: 'text', parameter_name: 'order_id', text: '860198' },
        ],
      },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '860198' }] },
    ],
  },
  {
    title: 'the payload of the second quick reply alone',
    template: sampleTemplates.quickReplies,
    given: { variables: { '1': 'Monday', '2': '10:30' }, button_variables: { button_1: 'NO-7' } },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Monday' },
          { type: 'text', text: '10:30' },
        ],
      },
      { type: 'button', sub_type: 'quick_reply', index: '1', parameters: [{ type: 'payload', payload: 'NO-7' }] },
    ],
  },
  {
    title: 'quick replies without payloads, which Meta fills with their labels',
    template: sampleTemplates.quickReplies,
    given: { variables: { '1': 'Monday', '2': '10:30' } },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Monday' },
          { type: 'text', text: '10:30' },
        ],
      },
    ],
  },
  {
    title: 'a copy-code button, counted among all buttons',
    template: sampleTemplates.copyCode,
    given: { variables: { '1': 'Ana' }, button_variables: { button_1: 'CARIBE25' } },
    components: [
      { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
      {
        type: 'button',
        sub_type: 'copy_code',
        index: '1',
        parameters: [{ type: 'coupon_code', coupon_code: 'CARIBE25' }],
      },
    ],
  },
  {
    title: 'a flow button with its token',
    template: sampleTemplates.flow,
    given: { button_variables: { button_0: 'token-1' } },
    components: [
      {
        type: 'button',
        sub_type: 'flow',
        index: '0',
        parameters: [{ type: 'action', action: { flow_token: 'token-1' } }],
      },
    ],
  },
  {
    title: 'a flow button with token and data',
    template: sampleTemplates.flow,
    given: {
      button_variables: { button_0: { flow_token: 'token-1', flow_action_data: { table: 4, guests: ['Ana'] } } },
    },
    components: [
      {
        type: 'button',
        sub_type: 'flow',
        index: '0',
        parameters: [
          { type: 'action', action: { flow_token: 'token-1', flow_action_data: { table: 4, guests: ['Ana'] } } },
        ],
      },
    ],
  },
  { title: 'a flow button without anything', template: sampleTemplates.flow, given: {} },
  {
    title: 'a one-time code, given once and sent in body and button',
    template: sampleTemplates.oneTimeCode,
    given: { variables: { '1': '123456' } },
    components: [
      { type: 'body', parameters: [{ type: 'text', text: '123456' }] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '123456' }] },
    ],
  },
  {
    title: 'a one-time code of a button that Meta still lists as OTP',
    template: zeroTap,
    given: { variables: { '1': '654321' } },
    components: [
      { type: 'body', parameters: [{ type: 'text', text: '654321' }] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '654321' }] },
    ],
  },
  {
    title: 'a catalog button with the product of its picture',
    template: sampleTemplates.catalog,
    given: { variables: { '1': 'Ana' }, button_variables: { button_0: '2lc20305pt' } },
    components: [
      { type: 'body', parameters: [{ type: 'text', text: 'Ana' }] },
      {
        type: 'button',
        sub_type: 'CATALOG',
        index: '0',
        parameters: [{ type: 'action', action: { thumbnail_product_retailer_id: '2lc20305pt' } }],
      },
    ],
  },
  {
    title: 'a catalog button without a product',
    template: sampleTemplates.catalog,
    given: { variables: { '1': 'Ana' } },
    components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ana' }] }],
  },
  {
    title: 'a multi-product button with its sections',
    template: sampleTemplates.multiProduct,
    given: {
      variables: { header_1: 'Ana', '1': '10OFF' },
      button_variables: { button_0: { thumbnail_product_retailer_id: '2lc20305pt', sections: SECTIONS } },
    },
    components: [
      { type: 'header', parameters: [{ type: 'text', text: 'Ana' }] },
      { type: 'body', parameters: [{ type: 'text', text: '10OFF' }] },
      {
        type: 'button',
        sub_type: 'mpm',
        index: '0',
        parameters: [
          {
            type: 'action',
            action: {
              thumbnail_product_retailer_id: '2lc20305pt',
              sections: [
                {
                  title: 'Popular',
                  product_items: [{ product_retailer_id: '2lc20305pt' }, { product_retailer_id: 'nseiw1x3ch' }],
                },
                { title: 'Premium', product_items: [{ product_retailer_id: 'n6k6x0y7oe' }] },
              ],
            },
          },
        ],
      },
    ],
  },
  { title: 'a voice-call button, which takes nothing', template: sampleTemplates.voiceCall, given: {} },
];
