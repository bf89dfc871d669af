import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adapters } from '../../support/test-app.js';
import { Acme, someone } from './acme.js';

const MOMENT: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe.each(adapters)('POST /messages/send on $adapter', ({ adapter }) => {
  let acme: Acme;

  beforeAll(async () => {
    acme = await Acme.start({ adapter });
  });
  afterAll(() => acme[Symbol.asyncDispose]());
  beforeEach(() => acme.meta.clear());

  it('sends a text and answers as documented', async () => {
    const phone_number = someone();
    const answer = await acme.send({ phone_number, message_body: 'Your table is ready' });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      status: 'success',
      message: 'Message sent successfully',
      data: {
        message_id: expect.stringMatching(/^wamid\./),
        contact_id: expect.any(Number),
        phone: phone_number,
        message_type: 'text',
        status: 'sent',
        sent_at: MOMENT,
        chat_id: expect.any(Number),
        contact_created: true,
      },
    });
    expect(acme.sent).toEqual([
      expect.objectContaining({ to: phone_number, type: 'text', text: { body: 'Your table is ready' } }),
    ]);
  });

  it('makes a contact of whom it sends to, once', async () => {
    const phone_number = someone();
    const [first, second] = [await acme.send({ phone_number }), await acme.send({ phone_number })];
    expect(first.body.data.contact_created).toBe(true);
    expect(second.body.data).toMatchObject({
      contact_created: false,
      contact_id: first.body.data.contact_id,
      chat_id: first.body.data.chat_id,
    });
  });

  it('sends answers to tap', async () => {
    const buttons = [
      { id: 'yes', title: 'Yes' },
      { id: 'no', title: 'No' },
    ];
    const message = { message_type: 'interactive', message_body: 'Coming?', header: 'Acme', footer: 'Tap', buttons };
    expect(await acme.send(message)).toMatchObject({ status: 200, body: { data: { message_type: 'interactive' } } });
    expect(acme.sent).toEqual([
      expect.objectContaining({
        type: 'interactive',
        interactive: {
          type: 'button',
          header: { type: 'text', text: 'Acme' },
          body: { text: 'Coming?' },
          footer: { text: 'Tap' },
          action: { buttons: buttons.map((reply) => ({ type: 'reply', reply })) },
        },
      }),
    ]);
  });

  it('sends a button that opens an address; header and footer may be left empty', async () => {
    const button = { button_text: 'Track', button_url: 'https://example.com/track/7' };
    const answer = await acme.send({ message_type: 'cta_url', message_body: 'On its way', header: '', ...button });
    expect(answer).toMatchObject({ status: 200, body: { data: { message_type: 'cta_url' } } });
    expect(acme.sent).toEqual([
      expect.objectContaining({
        interactive: {
          type: 'cta_url',
          body: { text: 'On its way' },
          action: {
            name: 'cta_url',
            parameters: { display_text: 'Track', url: 'https://example.com/track/7' },
          },
        },
      }),
    ]);
  });

  const tap = { message_type: 'interactive', message_body: 'Hi' };
  const button = { id: 'a', title: 'A' };

  it.each([
    ['nothing', {}, ['message_body', 'phone_number']],
    [
      'wrong kinds',
      { phone_number: 7, message_body: {}, message_type: 'fax' },
      ['message_body', 'message_type', 'phone_number'],
    ],
    ['a text that is too long', { phone_number: '+12025550123', message_body: 'x'.repeat(4_097) }, ['message_body']],
    ['no number', { phone_number: 'nobody', message_body: 'x' }, ['phone_number']],
    ['no buttons', { phone_number: '+12025550123', ...tap }, ['buttons']],
    [
      'four buttons',
      { phone_number: '+12025550123', ...tap, buttons: Array.from({ length: 4 }, () => button) },
      ['buttons'],
    ],
    [
      'buttons that are none',
      { phone_number: '+12025550123', ...tap, buttons: [button, 'b', { id: 'c', title: 'x'.repeat(21) }] },
      ['buttons.1.id', 'buttons.1.title', 'buttons.2.title'],
    ],
    [
      'a frame that is too long',
      { phone_number: '+12025550123', ...tap, buttons: [button], header: 'x'.repeat(61), footer: 'x'.repeat(61) },
      ['footer', 'header'],
    ],
    [
      'no address to open',
      { phone_number: '+12025550123', message_type: 'cta_url', message_body: 'x' },
      ['button_text', 'button_url'],
    ],
  ])('refuses %s with 422, every problem named, before anything is stored', async (_, body, fields) => {
    const answer = await acme.post('/messages/send', body);
    expect(answer).toMatchObject({ status: 422, body: { status: 'error', message: 'Validation failed' } });
    expect(Object.keys(answer.body).toSorted()).toEqual(['errors', 'message', 'status']);
    expect(Object.keys(answer.body.errors).toSorted()).toEqual(fields);
    expect(
      Object.values(answer.body.errors)
        .flat()
        .every((text) => typeof text === 'string'),
    ).toBe(true);
    expect(acme.sent).toEqual([]);
  });

  it("tells of Meta's refusal as documented, with what Meta said", async () => {
    acme.meta.faults.nextSend({ kind: 'error', code: 131026 });
    const { status, body } = await acme.send();
    expect(status).toBe(500);
    expect(body).toEqual({
      status: 'error',
      message: 'Failed to send message',
      code: 'META_ERROR',
      meta: expect.objectContaining({ code: 131026 }),
      message_id: expect.any(Number),
    });
    expect((await acme.get(`/messages/${body.message_id}/status`)).body.data).toMatchObject({
      delivery_status: 'failed',
      error_message: expect.any(String),
    });
  });

  it('words a rate limit of Meta’s as its own', async () => {
    acme.meta.faults.nextSend({ kind: 'error', code: 130429 });
    const { status, headers, body } = await acme.send();
    expect(status).toBe(429);
    expect(body).toEqual({ message: 'Too many requests', retry_after: Number(headers.get('retry-after')) });
    expect(body.retry_after).toBeGreaterThanOrEqual(1);
  });

  it('answers with the row when Meta never reported the outcome; a later lookup shows it', async () => {
    acme.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' });
    const { status, body } = await acme.send();
    expect(status).toBe(504);
    expect(body).toMatchObject({ status: 'error', code: 'OUTCOME_UNKNOWN', message_id: expect.any(Number) });
    const looked = await acme.get(`/messages/${body.message_id}/status`);
    expect(looked.body.data).toMatchObject({ delivery_status: 'pending', error_message: null });
  });

  it('answers again by its Idempotency-Key, and refuses another body', async () => {
    const phone_number = someone();
    const headers = { 'idempotency-key': 'once' };
    const [first, second] = [await acme.send({ phone_number }, headers), await acme.send({ phone_number }, headers)];
    expect(second).toMatchObject({ status: 200, body: first.body });
    expect(second.body.data.contact_created).toBe(true);
    expect(acme.meta.sendsTo(phone_number)).toBe(1);
    const { status, body } = await acme.send({ phone_number, message_body: 'other' }, headers);
    expect(status).toBe(409);
    expect(body).toEqual({ status: 'error', message: expect.any(String), code: 'IDEMPOTENCY_CONFLICT' });
  });
});
