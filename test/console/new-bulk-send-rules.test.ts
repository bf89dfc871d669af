import { describe, expect, it } from 'vitest';
import { guessColumns, hasNames } from '../../lib/console/pages/new-bulk-send-columns.js';
import { momentIn } from '../../lib/console/format.js';

const variable = (name: string) => ({
  path: `variables.${name}`,
  name,
  kind: 'TEXT' as const,
  component: 'BODY' as const,
  is_required: true,
  placeholder: name,
  card: null,
  button_index: null,
  example: null,
});

describe('The moment of a day and time in a zone', () => {
  it.each([
    ['America/Sao_Paulo', '2026-12-24T09:30', '2026-12-24T12:30:00.000Z'],
    ['Asia/Kolkata', '2026-12-24T09:30', '2026-12-24T04:00:00.000Z'],
    ['UTC', '2026-12-24T09:30', '2026-12-24T09:30:00.000Z'],
    // Around the change of the clocks, in the early morning of 29 March and 25 October.
    ['Europe/Madrid', '2026-03-29T01:59', '2026-03-29T00:59:00.000Z'],
    ['Europe/Madrid', '2026-03-29T03:00', '2026-03-29T01:00:00.000Z'],
    ['Europe/Madrid', '2026-10-25T04:00', '2026-10-25T03:00:00.000Z'],
  ])('in %s at %s is %s', (zone, local, moment) => expect(momentIn(zone, local)).toBe(moment));

  it('is none where nothing is entered', () => expect(momentIn('UTC', '')).toBeUndefined());
});

describe('The columns of a list', () => {
  const named = { variables: [variable('name'), variable('order_number')] };
  const numbered = { variables: [variable('1'), variable('2')] };

  it.each([
    [
      'by their names',
      named,
      [['Order number', 'Celular', 'NOMBRE']],
      { phone: 1, 'variables.name': 2, 'variables.order_number': 0 },
    ],
    [
      'by what is in them',
      named,
      [['Ana', '+54 9 11 1234-5678', 'A-1']],
      { phone: 1, 'variables.name': 0, 'variables.order_number': 2 },
    ],
    [
      'by their order',
      numbered,
      [
        ['tel', 'who', 'what'],
        ['5491112345678', 'Ana', 'x'],
      ],
      { phone: 0, 'variables.1': 1, 'variables.2': 2 },
    ],
    ['not at all where names fit nothing', named, [['tel', 'who', 'what']], { phone: 0 }],
  ])('are guessed %s', (_, template, rows, columns) => {
    expect(guessColumns(template, rows, hasNames(rows))).toEqual(columns);
  });
});
