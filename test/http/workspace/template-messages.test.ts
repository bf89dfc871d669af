import { ContactsService, ConversationsService, MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { isJsonObject } from '../../../lib/graph/json.js';
import { MediaEntity } from '../../../lib/media/media.entity.js';
import { fileOf } from '../../media/sample-files.js';
import { oneAdapter } from '../../support/test-app.js';
import { someone } from './acme.js';
import { type Parts, postForm } from './forms.js';
import { invoice, NO_VALUES, order } from './template-requests.js';
import { UploadScene } from './upload-scene.js';

const PATH = '/messages/template';
const MOMENT: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe.each(oneAdapter)('POST /messages/template on $adapter', ({ adapter }) => {
  const scene = new UploadScene(adapter);
  const { uploads } = scene;

  const post = (overrides: object = {}, headers: Record<string, string> = {}) =>
    scene.acme.post(PATH, order(overrides), headers);
  const form = (parts: Parts, headers: Record<string, string> = {}) => postForm(scene.acme, PATH, parts, headers);
  const componentsSent = () =>
    scene.acme.meta.messages.map(({ body: { template } }) => isJsonObject(template) && template['components']);

  it('sends a template with its values in order, and answers as documented', async () => {
    const phone_number = someone();
    const answer = await post({ phone_number });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      status: 'success',
      message: 'Template message sent successfully',
      data: {
        message_id: expect.stringMatching(/^wamid\./),
        contact_id: expect.any(Number),
        phone: phone_number,
        template_name: 'order_confirmation',
        status: 'sent',
        sent_at: MOMENT,
        chat_id: expect.any(Number),
        contact_created: true,
      },
    });
    expect(componentsSent()).toEqual([
      [
        { type: 'header', parameters: [{ type: 'text', text: '77' }] },
        { type: 'body', parameters: ['Ana', 'Friday'].map((value) => ({ type: 'text', text: value })) },
      ],
    ]);
    const { contact_id, chat_id } = answer.body.data;
    const conversation = await scene.acme.app.get(ConversationsService).get(chat_id, { workspace: 'acme' });
    expect(conversation.contact).toMatchObject({ id: contact_id, phone: phone_number.slice(1) });
  });

  it('fills a named template in order of appearance', async () => {
    await post({ template_name: 'welcome_message', template_language: 'es', header_field_1: undefined });
    expect(componentsSent()).toEqual([
      [
        { type: 'header', parameters: [{ type: 'text', parameter_name: 'name', text: 'Ana' }] },
        {
          type: 'body',
          parameters: [
            { type: 'text', parameter_name: 'name', text: 'Ana' },
            { type: 'text', parameter_name: 'company', text: 'Friday' },
          ],
        },
      ],
    ]);
  });

  it('takes fields that a form left empty for ones that were not sent', async () => {
    const empty = { from_phone_number_id: '', header_image_url: '', field_3: '', button_0: null, otp_code: '' };
    expect(await post(empty)).toMatchObject({ status: 200 });
  });

  it('makes a contact of the payload, and changes it with the next', async () => {
    const phone_number = someone();
    const contact = { firstname: 'Ana', lastname: 'Gil', email: 'ana@example.com', country: 'ES', groups: ['vip'] };
    const first = await post({ phone_number, contact });
    const second = await post({ phone_number, contact: { firstname: 'Anna', email: '' } });
    expect([first.body.data.contact_created, second.body.data.contact_created]).toEqual([true, false]);
    expect(second.body.data.contact_id).toBe(first.body.data.contact_id);
    expect(await scene.acme.app.get(ContactsService).lookup(phone_number, { workspace: 'acme' })).toMatchObject({
      id: first.body.data.contact_id,
      firstName: 'Anna',
      lastName: 'Gil',
      email: 'ana@example.com',
      country: 'ES',
      groups: ['vip'],
    });
  });

  it('answers a repeated key the same, however things stand by then, and sends once', async () => {
    const key = { 'idempotency-key': `template ${adapter}` };
    const body = order({ contact: { firstname: 'Ana' } });
    const first = await scene.acme.post(PATH, body, key);
    await scene.acme.app.get(ContactsService).save({ workspace: 'acme', phone: body.phone_number, firstName: 'Eva' });
    const again = await scene.acme.post(PATH, body, key);
    expect(first.body.data.contact_created).toBe(true);
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(scene.acme.meta.sendsTo(body.phone_number)).toBe(1);
    const contact = await scene.acme.app.get(ContactsService).lookup(body.phone_number, { workspace: 'acme' });
    expect(contact).toMatchObject({ firstName: 'Eva' });
    const other = await scene.acme.post(PATH, { ...body, field_1: 'Eva' }, key);
    expect(other).toMatchObject({ status: 409, body: { status: 'error', code: 'IDEMPOTENCY_CONFLICT' } });
  });

  it('tells a repeated form by its fields and the bytes of its file', async () => {
    const key = { 'idempotency-key': `form ${adapter}` };
    const parts = [...invoice(), ['header_document_file', { file: fileOf('pdf'), name: 'a.pdf' }]] as const;
    const first = await form(parts, key);
    const again = await form(parts, key);
    expect(again).toMatchObject({ status: 200, body: first.body });
    const other = [
      ...parts.slice(0, -1),
      ['header_document_file', { file: fileOf('pdf', 999), name: 'a.pdf' }],
    ] as const;
    expect(await form(other, key)).toMatchObject({ status: 409 });
    expect([uploads().length, scene.acme.meta.messageCount, scene.tmp.files]).toEqual([1, 1, []]);
  });

  it('fills a one-time password into body and button, and keeps it nowhere', async () => {
    const code = '402817';
    const answer = await post({ template_name: 'login_code', otp_code: code, ...NO_VALUES });
    expect(answer).toMatchObject({ status: 200 });
    expect(componentsSent()).toEqual([
      [
        { type: 'body', parameters: [{ type: 'text', text: code }] },
        { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: code }] },
      ],
    ]);
    const stored = await scene.acme.app
      .get(DataSource)
      .getRepository(MessageEntity)
      .findOneBy({ wamid: answer.body.data.message_id });
    expect(JSON.stringify([stored, answer.body])).not.toContain(code);
  });

  it('makes a one-time password, sends and returns it, and keeps it nowhere', async () => {
    const request = { template_name: 'login_code', auto_generate_otp: true, ...NO_VALUES };
    const codes = [await post(request), await post({ ...request, auto_generate_otp: 'true' })].map(
      ({ status, body }) => {
        expect([status, body.data.otp_code]).toEqual([200, expect.stringMatching(/^\d{6}$/)]);
        return body.data.otp_code;
      },
    );
    const sent = codes.map((code) => [{ type: 'text', text: code }]);
    expect(componentsSent()).toMatchObject(sent.map((parameters) => [{ parameters }, { parameters }]));
    const stored = JSON.stringify(await scene.acme.app.get(DataSource).getRepository(MessageEntity).find());
    for (const code of codes) expect(stored).not.toContain(code);
    expect((await post({ ...request, auto_generate_otp: false, otp_code: '402817' })).body.data).not.toHaveProperty(
      'otp_code',
    );
  });

  it('returns the same one-time password to a repeated request, and keeps it nowhere', async () => {
    const request = order({ template_name: 'login_code', auto_generate_otp: true, ...NO_VALUES });
    const key = { 'idempotency-key': 'login 17' };
    const [first, again] = [await scene.acme.post(PATH, request, key), await scene.acme.post(PATH, request, key)];
    expect(first).toMatchObject({ status: 200, body: { data: { otp_code: expect.stringMatching(/^\d{6}$/) } } });
    expect(again.body).toEqual(first.body);
    expect(componentsSent()).toHaveLength(1);
    expect(componentsSent()).toMatchObject([[{ parameters: [{ text: first.body.data.otp_code }] }, {}]]);
    const rows = scene.acme.app.get(DataSource).getRepository(MessageEntity);
    expect(JSON.stringify(await rows.find())).not.toContain(first.body.data.otp_code);
    const { contact_id } = first.body.data;
    expect(contact_id).toEqual(expect.any(Number));
    await rows.update({ wamid: first.body.data.message_id }, { content: null });
    expect((await scene.acme.post(PATH, request, key)).body.data).toMatchObject({ otp_code: null });
  });

  it('generates no one-time password in addition to a given one, or for a template without one', async () => {
    const both = { template_name: 'login_code', auto_generate_otp: true, otp_code: '402817', ...NO_VALUES };
    expect(await post(both)).toMatchObject({
      status: 422,
      body: { errors: { otp_code: [expect.stringContaining('auto_generate_otp')] } },
    });
    expect(await post({ auto_generate_otp: true })).toMatchObject({
      status: 422,
      body: { errors: { auto_generate_otp: [expect.stringContaining('no one-time')] } },
    });
    expect(await post({ auto_generate_otp: 'maybe' })).toMatchObject({ status: 422 });
    expect(scene.acme.sent).toEqual([]);
  });

  it.each([
    ['is over 100 characters', { otp_code: 'x'.repeat(101) }, /at most 100/],
    ['is over what Meta takes', { otp_code: 'x'.repeat(16) }, /at most 15/],
    ['is missing', {}, /is missing/],
  ])('refuses a one-time password that %s, without repeating it', async (_, given, problem) => {
    const answer = await post({ template_name: 'login_code', ...NO_VALUES, ...given });
    expect(answer).toMatchObject({ status: 422 });
    expect(answer.body.errors['otp_code']).toContainEqual(expect.stringMatching(problem));
    expect(JSON.stringify(answer.body)).not.toContain('xxx');
  });

  it('refuses a one-time password where the template has none', async () => {
    const answer = await post({ otp_code: '402817' });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: { otp_code: [expect.stringContaining('no one-time')] } },
    });
  });

  it.each([
    ['image', 'summer_sale', { header_image_url: 'https://example.com/a.jpg' }, { link: 'https://example.com/a.jpg' }],
    [
      'document',
      'invoice_ready',
      { header_document_url: 'https://example.com/a.pdf', header_document_name: 'Invoice.pdf' },
      { link: 'https://example.com/a.pdf', filename: 'Invoice.pdf' },
    ],
  ])('sends the %s of a header by its address', async (kind, template_name, header, media) => {
    expect(await post({ template_name, ...NO_VALUES, field_1: 'x', ...header })).toMatchObject({ status: 200 });
    expect(componentsSent()[0]).toContainEqual({ type: 'header', parameters: [{ type: kind, [kind]: media }] });
  });

  it.each([
    ['before the fields', true],
    ['after the fields', false],
  ])('uploads a file that comes %s, and sends its id', async (_, isFirst) => {
    const file = [
      'header_document_file',
      { file: fileOf('pdf', 300_000), name: 'Invoice 118.pdf', type: 'x/y' },
    ] as const;
    const answer = await form(isFirst ? [file, ...invoice()] : [...invoice(), file]);
    expect(answer).toMatchObject({ status: 200, body: { data: { template_name: 'invoice_ready' } } });
    expect(uploads()).toEqual([expect.objectContaining({ type: 'application/pdf' })]);
    const { mediaId } = await scene.acme.app.get(DataSource).getRepository(MediaEntity).findOneByOrFail({});
    const document = { id: mediaId, filename: 'Invoice 118.pdf' };
    expect(componentsSent()[0]).toContainEqual({ type: 'header', parameters: [{ type: 'document', document }] });
    expect(scene.tmp.files).toEqual([]);
  });

  it('takes the contact of a form by bracketed names', async () => {
    const phone = someone();
    const answer = await form([
      ...invoice(phone),
      ['header_document_file', { file: fileOf('pdf'), name: 'a.pdf' }],
      ['contact[firstname]', 'José'],
      ['contact[groups][]', 'vip'],
      ['contact[groups][]', 'new'],
      ['contact[email]', ''],
    ]);
    expect(answer).toMatchObject({ status: 200, body: { data: { contact_created: true } } });
    const contact = await scene.acme.app.get(ContactsService).lookup(phone, { workspace: 'acme' });
    expect(contact).toMatchObject({ firstName: 'José', groups: ['vip', 'new'], email: null });
  });
});
