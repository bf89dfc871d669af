import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphApiServer, type Account } from 'nestjs-whatsapp/testing';
import { call } from './graph-client.js';

const DAY_MS = 86_400_000;
let now = Date.parse('2026-11-16T00:00:00Z');
let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true, now: () => now });
});
afterAll(() => meta.close());

let serial = 0;
const body = (text: string, ...examples: string[]) => ({
  type: 'BODY',
  text,
  ...(examples.length > 0 && { example: { body_text: [examples] } }),
});
const create = (template: object, account = meta.account) => {
  serial += 1;
  const defaults = { name: `created_${serial}`, language: 'en_US', category: 'UTILITY', components: [body('Hello')] };
  return call(meta, 'POST', `${account.id}/message_templates`, { ...defaults, ...template });
};
const withComponents = (...components: object[]) => ({ components });
const buttons = (...list: object[]) => withComponents(body('Hello'), { type: 'BUTTONS', buttons: list });
const quickReply = (text: string) => ({ type: 'QUICK_REPLY', text });
const url = (address: string, example?: string) => ({
  type: 'URL',
  text: 'Go',
  url: address,
  ...(example && { example: [example] }),
});
const header = (format: string, more: object) => withComponents(body('Hello'), { type: 'HEADER', format, ...more });
const card = (...more: object[]) => ({
  components: [{ type: 'header', format: 'image', example: { header_handle: ['4::a'] } }, ...more],
});
const carousel = (...cards: object[]) => withComponents(body('Hello'), { type: 'CAROUSEL', cards });
const offer = (text: string, ...more: object[]) =>
  withComponents(body('Hello'), { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text } }, ...more);

describe('creating a template', () => {
  it('files it as pending, to be read back in upper case', async () => {
    const { status, body: answer } = await create({
      name: 'order_update',
      category: 'utility',
      message_send_ttl_seconds: 600,
      components: [
        { type: 'header', format: 'text', text: 'Order {{1}}', example: { header_text: ['860198'] } },
        { type: 'body', text: 'Thank you, {{1}}. It comes {{2}}.', example: { body_text: [['Ana', 'today']] } },
        { type: 'buttons', buttons: [{ type: 'url', text: 'Track', url: 'https://a.example/{{1}}', example: ['x'] }] },
      ],
    });
    expect(status).toBe(200);
    expect(answer).toEqual({ id: expect.stringMatching(/^\d+$/), status: 'PENDING', category: 'UTILITY' });
    const read = await call(meta, 'GET', `${answer.id}?fields=components,parameter_format,message_send_ttl_seconds`);
    expect(read.body).toMatchObject({
      parameter_format: 'POSITIONAL',
      message_send_ttl_seconds: 600,
      components: [
        { type: 'HEADER', format: 'TEXT' },
        { type: 'BODY' },
        { type: 'BUTTONS', buttons: [{ type: 'URL' }] },
      ],
    });
  });

  it('takes named variables', async () => {
    const named = [{ param_name: 'first_name', example: 'Ana' }];
    const { status } = await create({
      parameter_format: 'named',
      components: [{ type: 'BODY', text: 'Hi {{first_name}}!', example: { body_text_named_params: named } }],
    });
    expect(status).toBe(200);
  });

  it('lists the OTP button of an authentication template as a URL to an otp address', async () => {
    const { body: answer } = await create({
      category: 'AUTHENTICATION',
      components: [
        { type: 'BODY', add_security_recommendation: true },
        { type: 'FOOTER', code_expiration_minutes: 5 },
        { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy' }] },
      ],
    });
    const read = await call(meta, 'GET', `${answer.id}?fields=components`);
    expect(read.body.components).toMatchObject([
      { type: 'BODY', text: expect.stringContaining('{{1}}') },
      { type: 'FOOTER', code_expiration_minutes: 5 },
      {
        type: 'BUTTONS',
        buttons: [{ type: 'URL', url: expect.stringMatching(/\/otp\/code\/\?otp_type=COPY_CODE.*\{\{1\}\}$/) }],
      },
    ]);
  });

  it.each<[string, object, number | undefined]>([
    ['a name in capitals', { name: 'Order' }, undefined],
    ['a name of 513 letters', { name: 'a'.repeat(513) }, undefined],
    ['no name', { name: '' }, undefined],
    ['no language', { language: undefined }, undefined],
    ['a language that is none', { language: 'english' }, undefined],
    ['an unknown category', { category: 'NEWS' }, undefined],
    ['no components', { components: undefined }, undefined],
    ['no body', withComponents({ type: 'FOOTER', text: 'x' }), 2388072],
    ['two bodies', withComponents(body('a'), body('b')), undefined],
    ['an unknown component', withComponents(body('a'), { type: 'SIDEBAR' }), undefined],
    ['a name and language that exist', { name: 'hello_world' }, 2388024],
    ['a body of 1025 characters', withComponents(body('x'.repeat(1025))), 2388040],
    ['a body that starts with a variable', withComponents(body('{{1}} hello', 'a')), 2388299],
    ['a body that ends with a variable', withComponents(body('hello {{1}}', 'a')), 2388299],
    ['variables side by side', withComponents(body('hello {{1}} {{2}} you', 'a', 'b')), 2388072],
    ['more variables than words', withComponents(body('a {{1}}, {{2}}, {{3}}.', 'a', 'b', 'c')), 2388293],
    ['variables with a gap', withComponents(body('hello {{1}} and {{3}} too', 'a', 'b')), 2388072],
    ['variables that start at 2', withComponents(body('hello {{2}} too', 'a')), 2388072],
    ['a name in a positional template', withComponents(body('hello {{name}} too', 'a')), 2388072],
    [
      'a variable name in capitals',
      { parameter_format: 'NAMED', ...withComponents(body('hello {{Name}} too')) },
      2388072,
    ],
    ['no example', withComponents(body('hello {{1}} too')), 2388072],
    ['too few examples', withComponents(body('hello {{1}} and {{2}} too', 'a')), 2388072],
    ['no named example', { parameter_format: 'NAMED', ...withComponents(body('hello {{name}} too', 'a')) }, 2388072],
    ['a header of 61 characters', header('TEXT', { text: 'x'.repeat(61) }), 2388040],
    ['a header without an example', header('TEXT', { text: 'Hi {{1}}' }), 2388047],
    [
      'a header with two variables',
      header('TEXT', { text: '{{1}} {{2}}', example: { header_text: ['a', 'b'] } }),
      2388047,
    ],
    ['an image without a sample', header('IMAGE', {}), 2388047],
    ['a header of an unknown format', header('SOUND', {}), undefined],
    ['a footer of 61 characters', withComponents(body('a'), { type: 'FOOTER', text: 'x'.repeat(61) }), 2388040],
    ['a footer with a variable', withComponents(body('a'), { type: 'FOOTER', text: 'Hi {{1}}' }), 2388073],
    ['eleven buttons', buttons(...Array.from({ length: 11 }, (_, index) => quickReply(`${index}`))), undefined],
    [
      'three URL buttons',
      buttons(url('https://a.example'), url('https://b.example'), url('https://c.example')),
      undefined,
    ],
    ['quick replies apart', buttons(quickReply('a'), url('https://a.example'), quickReply('b')), undefined],
    ['a label of 26 characters', buttons(quickReply('x'.repeat(26))), undefined],
    ['a URL of 2001 characters', buttons(url(`https://a.example/${'x'.repeat(1983)}`)), undefined],
    ['a URL with its variable in the middle', buttons(url('https://a.example/{{1}}/x', 'a')), undefined],
    ['a URL without an example', buttons(url('https://a.example/{{1}}')), 2388072],
    ['a URL that is none', buttons(url('a.example')), undefined],
    [
      'a telephone number of 21 characters',
      buttons({ type: 'PHONE_NUMBER', text: 'a', phone_number: '1'.repeat(21) }),
      undefined,
    ],
    ['a code of 21 characters', buttons({ type: 'COPY_CODE', example: 'x'.repeat(21) }), undefined],
    ['an offer of 17 characters', offer('x'.repeat(17)), 2388040],
    ['an offer with a document', offer('a', { type: 'HEADER', format: 'DOCUMENT' }), 2388047],
    ['an offer with a footer', offer('a', { type: 'FOOTER', text: 'x' }), 2388073],
    ['eleven cards', carousel(...Array.from({ length: 11 }, () => card())), undefined],
    ['cards that differ', carousel(card(), card(body('x'))), undefined],
    ['a card of 161 characters', carousel(card(body('x'.repeat(161))), card(body('x'))), 2388040],
    ['a card without a header', carousel({ components: [body('x')] }, card()), undefined],
    ['a time to live out of range', { message_send_ttl_seconds: 29 }, undefined],
    ['an authentication template with text', { category: 'AUTHENTICATION', ...buttons({ type: 'OTP' }) }, undefined],
  ])('refuses %s', async (_case, template, subcode) => {
    const before = meta.account.templates.length;
    const { status, body: answer } = await create(template);
    expect(status).toBe(400);
    expect(answer.error?.code).toBe(100);
    expect(answer.error?.error_subcode).toBe(subcode);
    expect(meta.account.templates).toHaveLength(before);
  });

  it.each<[string, object]>([
    ['a body of 1024 characters', withComponents(body('x'.repeat(1024)))],
    [
      'ten buttons with the quick replies last',
      buttons(url('https://a.example'), ...'abcdefghi'.split('').map(quickReply)),
    ],
    ['a code of 20 characters', buttons({ type: 'COPY_CODE', example: 'x'.repeat(20) })],
    [
      'an offer with an image',
      offer('x'.repeat(16), { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::a'] } }),
    ],
    ['cards of one shape', carousel(card(body('x')), card(body('y')))],
    ['a flow', buttons({ type: 'FLOW', text: 'Book', flow_id: '1', flow_action: 'navigate', navigate_screen: 'A' })],
  ])('takes %s', async (_case, template) => {
    expect((await create(template)).body.error).toBeUndefined();
  });

  it('is refused when the account is full', async () => {
    const account = meta.addAccount({ templateLimit: 1 });
    expect((await create({}, account)).status).toBe(200);
    expect((await create({}, account)).body.error?.error_subcode).toBe(2388019);
  });
});

const edit = (id: string, changes: object) => call(meta, 'POST', id, changes);
const approved = (account: Account, name: string) =>
  account.addTemplate({ name, language: 'en', category: 'UTILITY', components: [body('Old')] });

describe('editing a template', () => {
  it('replaces the components and sends it to review again', async () => {
    const template = approved(meta.account, 'edit_me');
    expect((await edit(template.id, withComponents(body('New')))).body).toEqual({ success: true });
    expect(template.status).toBe('PENDING');
    expect(template.components).toEqual([body('New')]);
  });

  it('is allowed once a day for an approved one, and always for a rejected one', async () => {
    const template = approved(meta.account, 'edit_often');
    const again = async (status: string) => {
      template.status = status;
      return (await edit(template.id, withComponents(body('New')))).status;
    };
    expect(await again('APPROVED')).toBe(200);
    expect(await again('APPROVED')).toBe(400);
    expect(await again('REJECTED')).toBe(200);
    now += DAY_MS;
    expect(await again('APPROVED')).toBe(200);
  });

  it.each<[string, string, object, number | undefined]>([
    ['one in review', 'PENDING', withComponents(body('New')), 2388039],
    ['a disabled one', 'DISABLED', withComponents(body('New')), 2388039],
    ['the category of an approved one', 'APPROVED', { category: 'MARKETING' }, 2388039],
    ['nothing', 'APPROVED', {}, undefined],
    ['it into one that could not be created', 'REJECTED', withComponents(body('{{1}}')), 2388299],
  ])('is refused for %s', async (name, status, changes, subcode) => {
    const template = approved(meta.account, `no_edit_${name}`);
    template.status = status;
    const { error } = (await edit(template.id, changes)).body;
    expect(error?.code).toBe(100);
    expect(error?.error_subcode).toBe(subcode);
    expect(template.components).toEqual([body('Old')]);
  });
});

const remove = (query: string) => call(meta, 'DELETE', `${meta.account.id}/message_templates?${query}`);
const languages = (name: string) =>
  meta.account.templates.filter((template) => template.name === name).map(({ language }) => language);
const add = (name: string, status = 'REJECTED') =>
  ['en', 'es'].map((language) => meta.account.addTemplate({ name, language, status, components: [] }));

describe('deleting templates', () => {
  it('deletes every language of a name', async () => {
    add('gone');
    expect((await remove('name=gone')).body).toEqual({ success: true });
    expect(languages('gone')).toEqual([]);
  });

  it('deletes one language by id and name', async () => {
    const [english] = add('half_gone');
    expect((await remove(`name=half_gone&hsm_id=${english?.id}`)).status).toBe(200);
    expect(languages('half_gone')).toEqual(['es']);
    expect((await call(meta, 'GET', english?.id ?? '')).status).toBe(400);
  });

  it('needs the name, and one that is there and not disabled', async () => {
    const [english] = add('still_here', 'DISABLED');
    expect((await remove(`hsm_id=${english?.id}`)).body.error?.message).toBe('(#100) The parameter name is required.');
    expect((await remove('name=never_was')).body.error?.error_subcode).toBe(2593002);
    expect((await remove('name=still_here')).status).toBe(400);
    expect(languages('still_here')).toEqual(['en', 'es']);
  });

  it('keeps the name of an approved one for 30 days', async () => {
    add('rests', 'APPROVED');
    await remove('name=rests');
    expect((await create({ name: 'rests' })).body.error?.error_subcode).toBe(2388023);
    now += 30 * DAY_MS;
    expect((await create({ name: 'rests' })).status).toBe(200);
  });
});
