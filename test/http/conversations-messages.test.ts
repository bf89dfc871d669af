import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adapters } from '../support/test-app.js';
import { Inbox } from './conversations/inbox.js';

describe.each(adapters)('POST /api/whatsapp/conversations/:id/messages on $adapter', ({ adapter }) => {
  let inbox: Inbox;

  beforeAll(async () => {
    inbox = await Inbox.start(adapter);
  });
  afterAll(() => inbox[Symbol.asyncDispose]());
  beforeEach(() => inbox.meta.clear());

  it('sends a text', async () => {
    const { id } = await inbox.open();
    const answer = await inbox.post(`/conversations/${id}/messages`, { content: 'Thank you' });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      success: true,
      data: { message_id: expect.any(Number), conversation_id: id, content: 'Thank you', status: 'sent' },
    });
  });

  it.each([
    ['image', { link: 'https://example.com/a.jpg', caption: 'Look' }, 'Look'],
    ['location', { latitude: 1, longitude: 2, name: 'Home' }, 'Home'],
    ['reaction', { message_id: 'wamid.HBgLMTIzNDU2', emoji: '👍' }, '👍'],
    ['contacts', [{ name: { formatted_name: 'Ana B', first_name: 'Ana' } }], 'Ana B'],
    [
      'interactive',
      {
        type: 'button',
        body: { text: 'Yes?' },
        action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
      },
      'Yes?',
    ],
    ['text', { body: 'With a preview https://example.com', preview_url: true }, 'With a preview https://example.com'],
  ])('sends the type %s by the object of its name', async (messageType, object, content) => {
    const { id, phone } = await inbox.open();
    const answer = await inbox.post(`/conversations/${id}/messages`, { messageType, [messageType]: object });
    expect(answer.body).toMatchObject({ success: true, data: { content } });
    const [{ body: asked } = { body: undefined }] = inbox.meta.requestsTo('/messages', 'POST');
    expect(asked).toMatchObject({ type: messageType, [messageType]: object, to: phone });
  });

  it('sends a template by its components', async () => {
    const { id } = await inbox.open();
    const { name, language } = sampleTemplates.named;
    const nameParameter = { type: 'text', parameter_name: 'name', text: 'Ana' };
    const company = { type: 'text', parameter_name: 'company', text: 'Mi Empresa' };
    const components = [
      { type: 'header', parameters: [nameParameter] },
      { type: 'body', parameters: [nameParameter, company] },
    ];
    const template = { name, language: { code: language }, components };
    const answer = await inbox.post(`/conversations/${id}/messages`, { messageType: 'template', template });
    expect(answer.body).toMatchObject({ success: true, data: { content: expect.stringContaining('Ana') } });
    const wrong = await inbox.post(`/conversations/${id}/messages`, { messageType: 'template', template: {} });
    expect(Object.keys(wrong.body.errors)).toEqual(['template.name', 'template.language.code']);
  });

  it('replies to a message', async () => {
    const { id } = await inbox.open();
    await inbox.post(`/conversations/${id}/messages`, { content: 'x', context: { message_id: 'wamid.HBgMMTIzNDU2' } });
    expect(inbox.sent[0]).toMatchObject({
      context: { message_id: 'wamid.HBgMMTIzNDU2' },
    });
  });

  it.each([
    ['no content', {}, ['content']],
    ['an unknown type', { messageType: 'poll', poll: {} }, ['messageType']],
    ['a type without its object', { messageType: 'image' }, ['image']],
    ['a limit broken', { messageType: 'location', location: { latitude: 91, longitude: 0 } }, ['location.latitude']],
  ])('refuses %s', async (_, body, fields) => {
    const { id } = await inbox.open();
    const answer = await inbox.post(`/conversations/${id}/messages`, body);
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'VALIDATION_ERROR' } });
    expect(Object.keys(answer.body.errors)).toEqual(fields);
    expect(inbox.sent).toEqual([]);
  });

  it.each(['999999', 'x', '0', '99999999999'])('does not know conversation %s', async (id) => {
    expect(await inbox.post(`/conversations/${id}/messages`, { content: 'x' })).toMatchObject({
      status: 404,
      body: { success: false, code: 'CONVERSATION_NOT_FOUND' },
    });
  });
});
