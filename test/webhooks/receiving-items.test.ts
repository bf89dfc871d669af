import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactly } from '../../lib/graph/json.js';
import { itemsOf } from '../../lib/webhooks/items-of.js';
import { bodyOf } from './receiving-scene.js';

const metadata = { display_phone_number: '15550001', phone_number_id: '101' };
const messages = (value: object) => ({ id: '100', changes: [{ field: 'messages', value: { metadata, ...value } }] });
const origin = { businessAccountId: '100', field: 'messages' };
const ofNumber = { ...origin, phoneNumberId: '101' };

describe('the items of a webhook', () => {
  it('are every status, message and change of every entry', () => {
    const body = bodyOf(messages({ statuses: [{ id: 'a' }, { id: 'b' }], messages: [{ id: 'c', from: '1' }] }), {
      id: '200',
      time: 1_790_000_000,
      changes: [
        { field: 'account_review_update', value: { decision: 'APPROVED' } },
        { field: 'never_heard_of', value: {} },
      ],
    });
    expect(itemsOf(body)).toEqual([
      { ...ofNumber, kind: 'status', status: { id: 'a' } },
      { ...ofNumber, kind: 'status', status: { id: 'b' } },
      { ...ofNumber, kind: 'message', message: { id: 'c', from: '1' } },
      {
        kind: 'field',
        businessAccountId: '200',
        field: 'account_review_update',
        time: 1_790_000_000,
        value: { decision: 'APPROVED' },
      },
      { kind: 'field', businessAccountId: '200', field: 'never_heard_of', time: 1_790_000_000, value: {} },
    ]);
  });

  const ana = { wa_id: '5491122223333', profile: { name: 'Ana' } };
  const luis = { user_id: 'US.1', profile: { name: 'Luis' } };

  it.each([
    ['by number', { from: '5491122223333' }, ana],
    ['by another spelling of the number', { from: '541122223333' }, ana],
    ['by user id', { from_user_id: 'US.1' }, luis],
    ['by user id when the number is another', { from: '999', from_user_id: 'US.1' }, luis],
    ['not when no one fits', { from: '999' }, undefined],
    ['not when there are several and it names no one', {}, undefined],
  ])('bring who sent a message: %s', (_, message, contact) => {
    const [item] = itemsOf(bodyOf(messages({ contacts: [luis, ana], messages: [message] })));
    expect(item).toEqual({ ...ofNumber, kind: 'message', message, ...(contact && { contact }) });
  });

  it('are errors next to messages, and changes with neither', () => {
    const errors = [{ code: 131000 }];
    expect(itemsOf(bodyOf(messages({ errors, messages: [{ id: 'c' }] })))).toEqual([
      { ...ofNumber, kind: 'message', message: { id: 'c' } },
      { ...origin, kind: 'field', value: { metadata, errors } },
    ]);
    expect(itemsOf(bodyOf(messages({})))).toEqual([{ ...origin, kind: 'field', value: { metadata } }]);
    expect(itemsOf(bodyOf(messages({ statuses: [] })))).toEqual([]);
  });

  it.each([
    ['a status that is no step of a message', { statuses: [{ id: 'a', status: 'deleted' }] }],
    ['a status that no one knows', { statuses: [{ id: 'a', status: 'of tomorrow' }] }],
    ['a status named like a part of every object', { statuses: [{ id: 'a', status: 'constructor' }] }],
    ['a message to a group', { messages: [{ id: 'c', type: 'text', group_id: 'g' }] }],
  ])('are events alone where they change nothing: %s', (_, value) => {
    const errors = [{ code: 131000 }];
    expect(itemsOf(bodyOf(messages({ ...value, errors })))).toEqual([
      { ...origin, kind: 'field', value: { metadata, ...value } },
      { ...origin, kind: 'field', value: { metadata, errors } },
    ]);
  });

  it('keep ids that a double cannot hold', () => {
    const body = bodyOf({ id: '1', changes: [{ field: 'x', value: { id: 'ID', time: 17 } }] });
    const [item] = itemsOf(body.replace('"ID"', '12345678901234567'));
    expect(item).toMatchObject({ value: { id: '12345678901234567', time: 17 } });
  });

  const good = { id: 'a' };
  it.each([
    ['a body that is no JSON', 'nonsense', 0],
    ['an empty body', '', 0],
    ['a body that is a list', '[]', 0],
    ['a body without entries', '{"object":"page"}', 0],
    ['a body that nests too deep', `{"entry":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 0],
    ['an entry that is a text', bodyOf('x', messages({ statuses: [good] })), 1],
    ['an entry without an id', bodyOf({ changes: [] }, messages({ statuses: [good] })), 1],
    ['an entry without changes', bodyOf({ id: '100' }, messages({ statuses: [good] })), 1],
    ['a change that is null', bodyOf({ id: '100', changes: [null] }, messages({ statuses: [good] })), 1],
    ['a change without a field', bodyOf({ id: '100', changes: [{ value: {} }] }), 0],
    ['a change whose value is a text', bodyOf({ id: '100', changes: [{ field: 'x', value: 'y' }] }), 0],
    ['a status that is a number', bodyOf(messages({ statuses: [1, good] })), 1],
    ['messages that are no list', bodyOf(messages({ messages: 'x', statuses: [good] })), 1],
    ['a status of no number', bodyOf({ id: '100', changes: [{ field: 'messages', value: { statuses: [good] } }] }), 0],
  ])('are unreadable where no one knows the shape, and no others: %s', (_, body, readable) => {
    const items = itemsOf(body);
    expect(items.filter(({ kind }) => kind === 'unreadable')).toHaveLength(1);
    expect(items).toHaveLength(readable + 1);
    // What is kept of it says the same when it is read again.
    const unreadable = items.find((item) => item.kind === 'unreadable');
    expect(itemsOf(unreadable?.body ?? '')).toEqual([unreadable]);
  });

  it('come of whatever JSON there is, without an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const bodies = [
          JSON.stringify(value),
          bodyOf(value, { id: '1', changes: [value, { field: 'messages', value }] }),
          bodyOf(messages({ statuses: value, messages: [value], contacts: value, metadata: value })),
        ];
        for (const body of bodies) expect(itemsOf(body)).toBeInstanceOf(Array);
      }),
    );
  });
});

describe('JSON without rounding', () => {
  it('is what JSON.parse makes of it, wherever no integer is too large', () => {
    const json = fc.jsonValue({ noUnicodeString: false }).map((value) => JSON.stringify(value, null, 1));
    fc.assert(
      fc.property(json, (text) => {
        const isSafe = (JSON.stringify(JSON.parse(text)).match(/\d{16,}/g) ?? []).length === 0;
        fc.pre(isSafe);
        expect(parseExactly(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['[9007199254740991]', [Number.MAX_SAFE_INTEGER]],
    ['[9007199254740993, -9007199254740993]', ['9007199254740993', '-9007199254740993']],
    ['{"a":12345678901234567890}', { a: '12345678901234567890' }],
    ['["12345678901234567 \\" 12345678901234567"]', ['12345678901234567 " 12345678901234567']],
    ['{"12345678901234567":1}', { '12345678901234567': 1 }],
    ['[0.12345678901234567, 1e-1234567890123456789]', [Number('0.12345678901234567'), 0]],
    ['[12345678901234567.5, 12345678901234567e2]', [Number('12345678901234567.5'), Number('12345678901234567e2')]],
    ['["\\\\", 12345678901234567]', ['\\', '12345678901234567']],
    [String.raw`["\ud83d\uDE00 \ud83d \ude00\ud83d \\ud83d \\\ud83d"]`, ['😀 \ufffd \ufffd\ufffd \\ud83d \\\ufffd']],
  ])('%s', (json, value) => {
    expect(parseExactly(json)).toEqual(value);
  });

  it('takes long strings of escapes', () => {
    const text = JSON.stringify([String.raw`\u0041`.repeat(500_000)]).replaceAll('\\\\', '\\');
    expect(parseExactly(text.replace(']', ',12345678901234567]'))).toEqual(['A'.repeat(500_000), '12345678901234567']);
  });
});
