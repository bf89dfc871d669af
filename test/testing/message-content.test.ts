import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { call, send, upload } from './graph-client.js';

const WAMID = 'wamid.HBgNNTQ5MTExMjM0NTY3OBUCABEYEjdB';
const LINK = 'https://files.example.com/a.png';
const text = (body: unknown) => ({ type: 'text', text: { body } });
const ofLength = (count: number) => 'x'.repeat(count);

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
beforeEach(() => meta.clear());
afterAll(() => meta.close());

const contact = (more: object) => ({ type: 'contacts', contacts: [{ name: { formatted_name: 'Ana P', ...more } }] });
const interactive = (type: string, action: object, more: object = {}) => ({
  type: 'interactive',
  interactive: { type, body: { text: 'Choose' }, action, ...more },
});
const reply = (id: string, title = id) => ({ type: 'reply', reply: { id, title } });
const replies = (...buttons: object[]) => interactive('button', { buttons });
const row = (id: string, more: object = {}) => ({ id, title: id, ...more });
const rows = (count: number, prefix = 'r') => Array.from({ length: count }, (_, index) => row(`${prefix}${index}`));
const list = (...sections: object[]) => interactive('list', { button: 'Open', sections });
const ctaUrl = (display_text: string, url: string) =>
  interactive('cta_url', { name: 'cta_url', parameters: { display_text, url } });
const flow = (more: object) =>
  interactive('flow', { name: 'flow', parameters: { flow_message_version: '3', flow_cta: 'Go', ...more } });
const products = (count: number) => [
  { title: 'a', product_items: Array.from({ length: count }, (_, index) => ({ product_retailer_id: `p${index}` })) },
];
const productList = (count: number, more: object = { header: { type: 'text', text: 'Ours' } }) =>
  interactive('product_list', { catalog_id: '1', sections: products(count) }, more);

describe('the content of a message', () => {
  it.each<[string, object]>([
    ['a text of 4096 characters', text(ofLength(4096))],
    ['a text of 4096 emoji', text('👍'.repeat(4096))],
    ['an image by link', { type: 'image', image: { link: LINK, caption: ofLength(1024) } }],
    ['a voice note', { type: 'audio', audio: { link: 'https://a.example/a.ogg', voice: true } }],
    ['a document', { type: 'document', document: { link: LINK, filename: 'a.pdf' } }],
    ['a sticker', { type: 'sticker', sticker: { link: 'https://a.example/a.webp' } }],
    ['a location in numbers', { type: 'location', location: { latitude: -34.6, longitude: -58.4, name: 'Here' } }],
    ['a location in strings', { type: 'location', location: { latitude: '-34.6', longitude: '-58.4' } }],
    ['a contact', contact({ first_name: 'Ana' })],
    ['a reaction', { type: 'reaction', reaction: { message_id: WAMID, emoji: '👍' } }],
    ['the end of a reaction', { type: 'reaction', reaction: { message_id: WAMID, emoji: '' } }],
    ['three buttons', replies(reply('a'), reply('b'), reply('c'))],
    [
      'buttons under an image',
      interactive('button', { buttons: [reply('a')] }, { header: { type: 'image', image: { link: LINK } } }),
    ],
    [
      'a list of ten rows in two sections',
      list({ title: 'A', rows: rows(5, 'a') }, { title: 'B', rows: rows(5, 'b') }),
    ],
    [
      'a list under 4096 characters',
      interactive('list', { button: 'Open', sections: [{ rows: rows(1) }] }, { body: { text: ofLength(4096) } }),
    ],
    ['a link', ctaUrl('Open', LINK)],
    ['a flow', flow({ flow_id: '1', flow_action: 'navigate', mode: 'draft' })],
    ['a request for a location', interactive('location_request_message', { name: 'send_location' })],
    ['a catalog', interactive('catalog_message', { name: 'catalog_message' })],
    [
      'a product',
      { type: 'interactive', interactive: { type: 'product', action: { catalog_id: '1', product_retailer_id: 'p' } } },
    ],
    ['thirty products', productList(30)],
    ['an answer', { ...text('a'), context: { message_id: WAMID } }],
  ])('can be %s', async (_case, message) => {
    expect((await send(meta, message)).body.error).toBeUndefined();
    expect(meta.messages).toHaveLength(1);
  });

  it.each<[string, object, number]>([
    ['an empty text', text(''), 131008],
    ['a text of 4097 characters', text(ofLength(4097)), 100],
    ['a text that is no string', text(7), 100],
    ['an image without anything', { type: 'image', image: {} }, 131008],
    ['an image by id and link', { type: 'image', image: { id: '1', link: LINK } }, 100],
    ['an image by an unknown id', { type: 'image', image: { id: '1' } }, 100],
    ['an image by a link that is none', { type: 'image', image: { link: 'ftp://a.example/a.png' } }, 100],
    ['a caption of 1025 characters', { type: 'video', video: { link: LINK, caption: ofLength(1025) } }, 100],
    ['audio with a caption', { type: 'audio', audio: { link: LINK, caption: 'a' } }, 100],
    ['a latitude of 91', { type: 'location', location: { latitude: 91, longitude: 0 } }, 100],
    ['no longitude', { type: 'location', location: { latitude: 1 } }, 131008],
    ['a contact without another name', contact({}), 100],
    ['no contacts', { type: 'contacts', contacts: [] }, 100],
    [
      'a birthday in words',
      { type: 'contacts', contacts: [{ name: { formatted_name: 'A', first_name: 'A' }, birthday: 'May' }] },
      100,
    ],
    ['a reaction to nothing', { type: 'reaction', reaction: { message_id: 'x', emoji: '👍' } }, 131009],
    ['no button', replies(), 100],
    ['four buttons', replies(reply('a'), reply('b'), reply('c'), reply('d')), 100],
    ['a button of 21 characters', replies(reply('a', ofLength(21))), 100],
    ['a button id of 257 characters', replies(reply(ofLength(257), 'a')), 100],
    ['two buttons of one title', replies(reply('a', 'Yes'), reply('b', 'Yes')), 100],
    [
      'buttons under 1025 characters',
      interactive('button', { buttons: [reply('a')] }, { body: { text: ofLength(1025) } }),
      100,
    ],
    [
      'a footer of 61 characters',
      interactive('button', { buttons: [reply('a')] }, { footer: { text: ofLength(61) } }),
      100,
    ],
    [
      'a header of 61 characters',
      interactive('button', { buttons: [reply('a')] }, { header: { type: 'text', text: ofLength(61) } }),
      100,
    ],
    [
      'a list under an image',
      interactive(
        'list',
        { button: 'Open', sections: [{ rows: rows(1) }] },
        { header: { type: 'image', image: { link: LINK } } },
      ),
      100,
    ],
    ['no body', interactive('button', { buttons: [reply('a')] }, { body: undefined }), 131008],
    ['eleven rows', list({ title: 'A', rows: rows(6, 'a') }, { title: 'B', rows: rows(5, 'b') }), 100],
    [
      'eleven sections',
      list(...Array.from({ length: 11 }, (_, index) => ({ title: 'A', rows: [row(`${index}`)] }))),
      100,
    ],
    ['two sections without titles', list({ rows: rows(1, 'a') }, { rows: rows(1, 'b') }), 131008],
    ['a row title of 25 characters', list({ rows: [{ id: 'a', title: ofLength(25) }] }), 100],
    ['a row description of 73 characters', list({ rows: [row('a', { description: ofLength(73) })] }), 100],
    ['two rows of one id', list({ rows: [row('a'), row('a')] }), 100],
    ['a link label of 21 characters', ctaUrl(ofLength(21), LINK), 100],
    ['a link that is none', ctaUrl('Open', 'here'), 100],
    ['a flow by id and name', flow({ flow_id: '1', flow_name: 'a' }), 100],
    ['a flow by neither', flow({}), 100],
    ['a flow label of 31 characters', flow({ flow_id: '1', flow_cta: ofLength(31) }), 100],
    ['thirty-one products', productList(31), 100],
    ['products without a header', productList(1, {}), 131008],
    ['an unknown kind of interaction', interactive('dance', {}), 131051],
    ['no action', { type: 'interactive', interactive: { type: 'button', body: { text: 'a' } } }, 131008],
  ])('cannot be %s', async (_case, message, code) => {
    const { status, body } = await send(meta, message);
    expect(status).toBe(400);
    expect(body.error?.code).toBe(code);
    expect(body.error?.error_data?.details).toBeTruthy();
    expect(meta.messages).toEqual([]);
  });

  it('can be a file uploaded to the same account, but not to another', async () => {
    const { id } = (await upload(meta)).body;
    expect((await send(meta, { type: 'image', image: { id } })).status).toBe(200);
    const other = meta.addAccount({ phoneNumbers: [{}] }).phoneNumbers[0];
    const message = { messaging_product: 'whatsapp', to: '+5491112345678', type: 'image', image: { id } };
    const { error } = (await call(meta, 'POST', `${other?.id}/messages`, message)).body;
    expect(error?.message).toBe(
      "(#100) Param image['id'] is not a valid whatsapp business account media attachment ID",
    );
  });
});
