import { AccountsService, ConversationEntity, MessageEntity } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneAdapter } from '../../support/test-app.js';
import { MessagingApp, sentTo, someone } from './messaging-app.js';

const componentsOf = (sent: unknown): unknown => Object(sent).template.components;
const text = (value: string, name?: string) => ({ type: 'text', ...(name && { parameter_name: name }), text: value });

describe.each(oneAdapter)('POST /whatsapp/api/send-template on $adapter', ({ adapter }) => {
  let messaging: MessagingApp;
  /** A number of a second account, which has a template of the same name. */
  let elsewhere: string;

  beforeAll(async () => {
    messaging = await MessagingApp.start(adapter, (meta) => {
      const { account } = meta;
      const utility = { language: 'en', category: 'UTILITY' } as const;
      account.addTemplate({
        ...utility,
        name: 'parcel_shipped',
        components: [
          { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}' },
          { type: 'BODY', text: 'Hi {{1}}, {{2}} is on its way.' },
        ],
      });
      account.addTemplate({
        ...utility,
        name: 'named_order',
        components: [{ type: 'BODY', text: 'Hi {{zoe}}, {{adam}} is on its way, {{zoe}}.' }],
        parameter_format: 'NAMED',
      });
      account.addTemplate({
        ...utility,
        name: 'with_link',
        components: [
          { type: 'BODY', text: 'Hi {{1}}!' },
          { type: 'BUTTONS', buttons: [{ type: 'URL', text: 'Track', url: 'https://shop.example/{{1}}' }] },
        ],
      });
      account.addTemplate({
        ...utility,
        name: 'rejected',
        status: 'REJECTED',
        components: [{ type: 'BODY', text: 'Hi!' }],
      });
      const other = meta.addAccount();
      elsewhere = other.addPhoneNumber().id;
      other.addTemplate({ ...utility, name: 'named_order', components: [{ type: 'BODY', text: 'Order {{1}}' }] });
      const { accessToken } = meta;
      return {
        accounts: [account, other].map(({ id, phoneNumbers }) => ({
          businessAccountId: id,
          accessToken,
          phoneNumberIds: phoneNumbers.map((number) => number.id),
        })),
      };
    });
  });
  afterAll(() => messaging[Symbol.asyncDispose]());
  beforeEach(() => messaging.meta.clear());

  const send = (body: object) => messaging.post('/send-template/', { phone: someone(), ...body });

  it("fills a positional template in order, and answers with Meta's response", async () => {
    const phone = someone();
    const params = { header_params: ['ORD-1042'], body_params: ['Rahul', 'ORD-1042'] };
    const answer = await send({ phone, template_name: 'parcel_shipped', language: 'en', ...params });
    expect([answer.status, answer.body]).toEqual([200, sentTo(phone, { message_status: 'accepted' })]);
    expect(messaging.sent.map(componentsOf)).toEqual([
      [
        { type: 'header', parameters: [text('ORD-1042')] },
        { type: 'body', parameters: [text('Rahul'), text('ORD-1042')] },
      ],
    ]);
  });

  it('is in English when no language is named, and fills names in order of appearance', async () => {
    const answer = await send({ template_name: 'named_order', language: null, body_params: ['Zoe', 'A book'] });
    expect(answer).toMatchObject({ status: 200 });
    expect(messaging.sent).toMatchObject([{ template: { name: 'named_order', language: { code: 'en' } } }]);
    expect(messaging.sent.map(componentsOf)).toEqual([
      [{ type: 'body', parameters: [text('Zoe', 'zoe'), text('A book', 'adam')] }],
    ]);
  });

  it('fills an image header by its address', async () => {
    const { name, language } = sampleTemplates.imageHeader;
    const answer = await send({
      template_name: name,
      language,
      header_params: ['https://cdn.example/a.png'],
      body_params: ['Rahul'],
    });
    expect(answer.status).toBe(200);
    expect(componentsOf(messaging.sent[0])).toContainEqual({
      type: 'header',
      parameters: [{ type: 'image', image: { link: 'https://cdn.example/a.png' } }],
    });
  });

  it('puts a one-time code in both places and stores it nowhere', async () => {
    const { name, language } = sampleTemplates.oneTimeCode;
    const phone = someone();
    expect(await send({ phone, template_name: name, language, body_params: ['431877'] })).toMatchObject({
      status: 200,
    });
    expect(componentsOf(messaging.sent[0])).toEqual([
      { type: 'body', parameters: [text('431877')] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [text('431877')] },
    ]);
    const rows = await messaging.app.get(DataSource).getRepository(MessageEntity).findBy({ recipientPhone: phone });
    const chats = await messaging.app.get(DataSource).getRepository(ConversationEntity).find();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify([rows, chats])).not.toContain('431877');
  });

  it.each([
    [
      'too few values, at their places',
      { template_name: 'parcel_shipped', header_params: ['X'], body_params: ['Rahul'] },
      'body_params[1] is missing; the body says "Hi {{1}}, {{2}} is on its way.".',
    ],
    [
      'too many values, and a number that is none',
      { phone: '12', template_name: 'named_order', body_params: ['1', '2', '3'], header_params: ['4'] },
      'phone has 2 digits; a phone number has 8 to 15 with its country code, such as +5491112345678, ' +
        'or a business-scoped user id, such as US.13491208655302741918. ' +
        'header_params[0] is one too many; the header takes none. ' +
        'body_params[2] is one too many; the body takes only 2.',
    ],
    [
      'values that are no text',
      { template_name: 'named_order', body_params: [{}, null] },
      'body_params[0] is an object; write text, in quotes. body_params[1] is null; write text, in quotes.',
    ],
    [
      'what this API has no field for',
      { template_name: 'with_link', body_params: ['Rahul'] },
      'template_name needs button_0, for which this request has no field: ' +
        'it ends the address https://shop.example/{{1}} of button 0 ("Track", URL).',
    ],
    [
      'a template that Meta did not approve',
      { template_name: 'rejected' },
      'Template "rejected" is REJECTED; only an APPROVED one can be sent.',
    ],
  ])('refuses %s', async (_, body, error) => {
    const chats = messaging.app.get(DataSource).getRepository(ConversationEntity);
    const before = await chats.count();
    const answer = await send(body);
    expect([answer.status, answer.body]).toEqual([400, { error }]);
    expect([messaging.sent, await chats.count()]).toEqual([[], before]);
  });

  it('holds the values against the template of the account that sends', async () => {
    const numbers = await messaging.app.get(AccountsService).phoneNumbers();
    const account_id = numbers.find(({ phoneNumberId }) => phoneNumberId === elsewhere)?.id;
    const body = { template_name: 'named_order', header_params: 'x', body_params: ['1', '2'] };
    const list = 'header_params must be a list of texts, such as ["Ana", "12"].';
    const errorOf = async (given: object) => (await send({ ...body, ...given })).body.error;
    expect(await errorOf({})).toBe(list);
    expect(await errorOf({ account_id })).toBe(`${list} body_params[1] is one too many; the body takes only 1.`);
    // No one knows which template would be sent.
    expect(await errorOf({ account_id: 987_654, body_params: [] })).toBe(list);
    expect(await errorOf({ account_id: 987_654, phone: '12' })).toMatch(/^header_params must .* phone has 2 digits/);
  });

  it('says of values that are no list nothing further', async () => {
    const { body } = await send({ template_name: 'named_order', body_params: 'Rahul' });
    expect(body.error).toBe('body_params must be a list of texts, such as ["Ana", "12"].');
  });

  it('says that there is no such template, or in which languages there is, and opens no conversation', async () => {
    const chats = messaging.app.get(DataSource).getRepository(ConversationEntity);
    const before = await chats.count();
    const unknown = await send({ template_name: 'nothing_like_it' });
    expect([unknown.status, unknown.body]).toEqual([404, { error: 'There is no template "nothing_like_it".' }]);
    const spanish = await send({ template_name: 'parcel_shipped', language: 'es' });
    expect([spanish.status, spanish.body]).toEqual([
      404,
      { error: 'There is no template "parcel_shipped" in language "es"; there is one in en.' },
    ]);
    expect(await chats.count()).toBe(before);
  });
});
