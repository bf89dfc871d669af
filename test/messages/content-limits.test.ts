import { assert, constantFrom, integer, jsonValue, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readContent } from '../../lib/messages/types/read-content.js';
import { cases, WAMID } from './message-contents.js';

const problemsOf = (type: string, content: unknown) =>
  (readContent(type, content).problems ?? []).map(({ path, message }) => `${path}: ${message}`);

const long = (length: number) => 'x'.repeat(length);
const link = 'https://example.com/file';
const name = { formatted_name: 'Ana', first_name: 'Ana' };
const body = { text: 'Hi' };
const reply = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });
const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `${index}`, title: `${index}` }));
const list = (...sections: object[]) => ({ type: 'list', body, action: { button: 'Open', sections } });
const buttons = (...all: object[]) => ({ type: 'button', body, action: { buttons: all } });
const flow = (parameters: object) => ({
  type: 'flow',
  body,
  action: { name: 'flow', parameters: { flow_message_version: '3', flow_cta: 'Go', ...parameters } },
});
const products = (count: number) => ({
  product_items: Array.from({ length: count }, () => ({ product_retailer_id: '1' })),
});
const productList = (changes: object, ...sections: object[]) => ({
  type: 'product_list',
  header: { type: 'text', text: 'Hi' },
  body,
  action: { catalog_id: '1', sections },
  ...changes,
});
const card = (card_index: number, changes: object = {}) => ({
  card_index,
  type: 'cta_url',
  header: { type: 'image', image: { link } },
  action: {},
  ...changes,
});
const carousel = (...cards: object[]) => ({ type: 'carousel', body, action: { cards } });
const cta = (display_text: string, url: string) => ({
  type: 'cta_url',
  body,
  action: { name: 'cta_url', parameters: { display_text, url } },
});

describe('what Meta takes', () => {
  it.each(cases)('passes: $name', ({ type, content }) => {
    expect(problemsOf(type, content)).toEqual([]);
  });

  it('keeps fields that no one here knows', () => {
    const content = { body: 'Hi', something_new: { deep: true } };
    expect(readContent('text', content)).toEqual({ type: 'text', content });
  });

  it('lets an interactive type through that is newer than this module', () => {
    expect(problemsOf('interactive', { type: 'hologram', body, action: { name: 'hologram' } })).toEqual([]);
  });

  it('counts characters as people see them, not UTF-16 units', () => {
    assert(
      property(integer({ min: 4090, max: 4102 }), (length) => {
        expect(problemsOf('text', { body: '👋'.repeat(length) }).length === 0).toBe(length <= 4096);
      }),
    );
  });

  it('or names what is wrong, whatever it is given', () => {
    assert(
      property(constantFrom('text', 'image', 'contacts', 'interactive', 'reaction'), jsonValue(), (type, value) => {
        const { problems } = readContent(type, value);
        expect(problems === undefined || problems.every(({ path }) => path.startsWith(type))).toBe(true);
      }),
    );
  });
});

describe('what Meta refuses', () => {
  it.each<[string, unknown, RegExp]>([
    ['video_note', {}, /^type: must be one of text, image/],
    ['template', {}, /^type: must be one of text, image/],
    ['text', undefined, /^text: is required; write an object/],
    ['text', { body: '' }, /^text.body: is empty/],
    ['text', { body: long(4097) }, /^text.body: has 4097 characters; Meta takes at most 4096/],
    ['text', { body: 'Hi', preview_url: 'yes' }, /^text.preview_url: must be true or false/],
    ['image', {}, /^image: needs either an id or a link/],
    ['image', { id: '1', link }, /^image: needs either an id or a link/],
    ['image', { link: 'file:///etc/passwd' }, /^image.link: is no media/],
    ['image', { id: 'abc' }, /^image.id: is no media id/],
    ['image', { link, caption: long(1025) }, /^image.caption: has 1025 characters/],
    ['audio', { link, caption: 'Hi' }, /^audio.caption: is not taken/],
    ['sticker', { link, caption: 'Hi' }, /^sticker.caption: is not taken/],
    ['document', { link, filename: 5 }, /^document.filename: is a number; write text/],
    ['location', { latitude: 91, longitude: 0 }, /^location.latitude: must be a number from -90 to 90/],
    ['location', { latitude: 0, longitude: 'seven' }, /^location.longitude: must be a number from -180 to 180/],
    ['contacts', [], /^contacts: has 0 items; Meta takes 1 to 257/],
    ['contacts', { name }, /^contacts: is an object; write a list/],
    ['contacts', [{ name: { formatted_name: 'Ana' } }], /^contacts\[0\].name: needs another part than formatted_name/],
    ['contacts', [{ name: { first_name: 'Ana' } }], /^contacts\[0\].name.formatted_name: is required/],
    ['contacts', [{ name, phones: [{ type: 'CELL' }] }], /^contacts\[0\].phones\[0\].phone: is required/],
    ['contacts', [{ name, birthday: '28.2.1990' }], /^contacts\[0\].birthday: must be written YYYY-MM-DD/],
    [
      'contacts',
      Array.from({ length: 257 }, () => ({ name: { ...name, last_name: long(300) } })),
      /is over 60000 bytes/,
    ],
    ['reaction', { emoji: '👍' }, /^reaction.message_id: is required/],
    ['reaction', { message_id: WAMID }, /^reaction.emoji: is required/],
    ['reaction', { message_id: WAMID, emoji: long(21) }, /^reaction.emoji: has 21 characters/],
    ['interactive', { body, action: {} }, /^interactive.type: is required/],
    [
      'interactive',
      { type: 'contact_request', body, action: { name: 'request_contact_info' } },
      /^interactive.action: is of a type that Meta calls request_contact_info/,
    ],
    ['interactive', { type: 'request_contact_info', body, action: {} }, /action.name: must be "request_contact_info"/],
    [
      'interactive',
      {
        type: 'request_contact_info',
        header: { type: 'text', text: 'Hi' },
        body,
        action: { name: 'request_contact_info' },
      },
      /^interactive.header: /,
    ],
    ['interactive', { type: 'button', body }, /^interactive.action: is required/],
    ['interactive', { ...buttons(reply('1', 'One')), body: undefined }, /^interactive.body: is required/],
    ['interactive', { ...buttons(reply('1', 'One')), body: { text: long(1025) } }, /body.text: has 1025 characters/],
    ['interactive', { ...buttons(reply('1', 'One')), footer: { text: long(61) } }, /footer.text: has 61 characters/],
    ['interactive', { ...buttons(reply('1', '1')), header: { type: 'text', text: long(61) } }, /header.text: has 61/],
    [
      'interactive',
      { ...buttons(reply('1', '1')), header: { type: 'image', image: {} } },
      /header.image: needs either/,
    ],
    ['interactive', buttons(), /buttons: has 0 items; Meta takes 1 to 3/],
    ['interactive', buttons(...'1234'.split('').map((id) => reply(id, id))), /buttons: has 4 items/],
    ['interactive', buttons(reply(long(257), 'One')), /buttons\[0\].reply.id: has 257 characters/],
    ['interactive', buttons(reply('1', long(21))), /buttons\[0\].reply.title: has 21 characters/],
    ['interactive', buttons(reply('1', 'Same'), reply('2', 'Same')), /buttons: have the same title twice/],
    ['interactive', buttons(reply('1', 'One'), reply('1', 'Two')), /buttons: have the same id twice/],
    ['interactive', list({ rows: rows(11) }), /sections: have 11 rows in total; Meta takes at most 10/],
    ['interactive', list({ rows: [] }), /sections\[0\].rows: has 0 items/],
    [
      'interactive',
      list({ rows: rows(1) }, { title: 'B', rows: [{ id: 'a', title: 'A' }] }),
      /sections\[0\].title: is required/,
    ],
    ['interactive', list(...rows(11).map((row) => ({ title: row.id, rows: [row] }))), /sections: has 11 items/],
    ['interactive', list({ title: long(25), rows: rows(1) }), /sections\[0\].title: has 25 characters/],
    ['interactive', list({ rows: [{ id: long(201), title: 'A' }] }), /id: has 201 characters/],
    ['interactive', list({ rows: [{ id: 'a', title: long(25) }] }), /title: has 25 characters/],
    ['interactive', list({ rows: [{ id: 'a', title: 'A', description: long(73) }] }), /description: has 73 characters/],
    ['interactive', { ...list({ rows: rows(1) }), body: { text: long(4097) } }, /body.text: has 4097 characters/],
    [
      'interactive',
      { ...list({ rows: rows(1) }), header: { type: 'image', image: { link } } },
      /header.type: must be "text"/,
    ],
    ['interactive', cta(long(21), 'https://example.com'), /display_text: has 21 characters/],
    ['interactive', cta('Open', 'javascript:alert(1)'), /url: must be a web address/],
    ['interactive', flow({}), /parameters: needs either flow_id or flow_name/],
    ['interactive', flow({ flow_id: '1', flow_name: 'a' }), /parameters: needs either flow_id or flow_name/],
    ['interactive', flow({ flow_id: '1', flow_cta: long(31) }), /flow_cta: has 31 characters/],
    ['interactive', flow({ flow_id: '1', mode: 'test' }), /mode: must be "draft" or "published"/],
    ['interactive', { type: 'location_request_message', body, action: {} }, /action.name: must be "send_location"/],
    ['interactive', { type: 'product', action: { catalog_id: '1' } }, /product_retailer_id: is required/],
    ['interactive', productList({}, products(31)), /sections: have 31 products in total/],
    ['interactive', productList({ header: undefined }, products(1)), /header: is required/],
    ['interactive', carousel(card(0)), /cards: has 1 items; Meta takes 2 to 10/],
    ['interactive', carousel(card(0), card(2)), /cards\[1\].card_index: must be 1 here/],
    ['interactive', carousel(card(0), card(1, { body: { text: long(161) } })), /cards\[1\].body.text: has 161/],
    [
      'interactive',
      { type: 'voice_call', body, action: { name: 'voice_call', parameters: { ttl_minutes: 43_201 } } },
      /ttl_minutes: must be a number from 1 to 43200/,
    ],
  ])('%s %#: %o', (type, content, problem) => {
    const problems = problemsOf(type, content);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  it('names everything at once', () => {
    const content = { type: 'list', header: { type: 'image' }, footer: { text: '' }, action: { sections: 'none' } };
    expect(problemsOf('interactive', content)).toHaveLength(5);
  });
});
