import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { ownTemplate, type PayloadCase } from './payload-case.js';

const outOfOrder = ownTemplate('out_of_order', [{ type: 'BODY', text: 'At {{2}} for {{1}}: {{2}} sharp, please.' }]);
const receipt = ownTemplate('receipt', [{ type: 'BODY', text: 'You paid {{1}} to us on {{2}}. Thank you.' }]);
const namedReceipt = ownTemplate('named_receipt', [
  { type: 'BODY', text: 'You paid {{amount}} to us on {{day}}. Thank you.' },
]);

export const bodyTemplates = [outOfOrder, receipt, namedReceipt];

const AMOUNT = { fallback_value: '$100.99', code: 'USD', amount_1000: 100990 };
const DAY = { fallback_value: 'February 25, 1977' };

/** Every kind of variable in a body. */
export const bodyPayloads: readonly PayloadCase[] = [
  {
    title: 'a positional body, by number and each number once',
    template: outOfOrder,
    given: { variables: { '2': '10:30', '1': 'Ana' } },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'Ana' },
          { type: 'text', text: '10:30' },
        ],
      },
    ],
  },
  {
    title: 'a named header and body that share a name',
    template: sampleTemplates.named,
    given: { variables: { company: 'Mi Empresa', name: 'Juan' } },
    components: [
      { type: 'header', parameters: [{ type: 'text', parameter_name: 'name', text: 'Juan' }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', parameter_name: 'name', text: 'Juan' },
          { type: 'text', parameter_name: 'company', text: 'Mi Empresa' },
        ],
      },
    ],
  },
  {
    title: 'a number, which is written as text, and characters beyond the first plane',
    template: outOfOrder,
    given: { variables: { '1': 'José 🎉 {{2}}', '2': 10 } },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'text', text: 'José 🎉 {{2}}' },
          { type: 'text', text: '10' },
        ],
      },
    ],
  },
  {
    title: 'an amount and a date',
    template: receipt,
    given: { variables: { '1': AMOUNT, '2': DAY } },
    components: [
      {
        type: 'body',
        parameters: [
          { type: 'currency', currency: { fallback_value: '$100.99', code: 'USD', amount_1000: 100990 } },
          { type: 'date_time', date_time: { fallback_value: 'February 25, 1977' } },
        ],
      },
    ],
  },
  {
    title: 'a named amount and a named date',
    template: namedReceipt,
    given: { variables: { amount: AMOUNT, day: DAY } },
    components: [
      {
        type: 'body',
        parameters: [
          {
            type: 'currency',
            parameter_name: 'amount',
            currency: { fallback_value: '$100.99', code: 'USD', amount_1000: 100990 },
          },
          { type: 'date_time', parameter_name: 'day', date_time: { fallback_value: 'February 25, 1977' } },
        ],
      },
    ],
  },
];
