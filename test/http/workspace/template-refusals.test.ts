import { ContactEntity, ContactsService, MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { fileOf } from '../../media/sample-files.js';
import { oneAdapter } from '../../support/test-app.js';
import { someone } from './acme.js';
import { type Parts, postForm } from './forms.js';
import { invoice, NO_VALUES, order, sale } from './template-requests.js';
import { UploadScene } from './upload-scene.js';

const PATH = '/messages/template';
const MIB = 1024 * 1024;

describe.each(oneAdapter)('What POST /messages/template refuses on $adapter', ({ adapter }) => {
  const scene = new UploadScene(adapter);
  const { uploads } = scene;

  const post = (overrides: object = {}, headers: Record<string, string> = {}) =>
    scene.acme.post(PATH, order(overrides), headers);
  const form = (parts: Parts, headers: Record<string, string> = {}) => postForm(scene.acme, PATH, parts, headers);
  const rowsOf = (entity: typeof MessageEntity | typeof ContactEntity) =>
    scene.acme.app.get(DataSource).getRepository<MessageEntity | ContactEntity>(entity).count();
  const nothingHappened = async (before: readonly number[]) => {
    expect([await rowsOf(MessageEntity), await rowsOf(ContactEntity)]).toEqual(before);
    expect([uploads(), scene.acme.sent, scene.tmp.files]).toEqual([[], [], []]);
  };
  const rows = async () => [await rowsOf(MessageEntity), await rowsOf(ContactEntity)] as const;

  it.each([
    ['an image over 5,120 KB', 'header_image_file', fileOf('png', 5 * MIB + 1), /at most 5120 KB/],
    ['a video in the place of an image', 'header_image_file', fileOf('mp4'), /is video\/mp4/],
    ['a page that is named like an image', 'header_image_file', Buffer.from('<html>'), /no type that/],
    ['a sticker', 'header_image_file', fileOf('stillWebp'), /is image\/webp/],
    ['an empty file', 'header_image_file', Buffer.alloc(0), /is empty/],
    ['a video over 16,384 KB', 'header_video_file', fileOf('mp4', 16 * MIB + 1), /at most 16384 KB/],
    ['a document in the place of a video', 'header_video_file', fileOf('pdf'), /is application\/pdf/],
    ['an image in the place of a document', 'header_document_file', fileOf('jpeg'), /is image\/jpeg/],
    ['a package of no known kind', 'header_document_file', fileOf('zip'), /needs a name that shows its type/],
  ])('refuses %s before Meta is called', async (_, field, file, problem) => {
    const before = await rows();
    const answer = await form([...sale(), [field, { file, name: 'a.jpg', type: 'image/jpeg' }], ['field_2', 'x']]);
    expect(answer).toMatchObject({ status: 422, body: { status: 'error', message: 'Validation failed' } });
    expect(answer.body.errors[field]).toContainEqual(expect.stringMatching(problem));
    // What comes after the file is named, too.
    expect(answer.body.errors).toHaveProperty('field_2');
    await nothingHappened(before);
  });

  it('refuses a document over 102,400 KB once it was read to its end', async () => {
    const before = await rows();
    const answer = await form([
      ...invoice(),
      ['header_document_file', { file: fileOf('pdf', 100 * MIB + 1), name: 'a.pdf' }],
    ]);
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: { header_document_file: ['is too large: at most 102400 KB.'] } },
    });
    await nothingHappened(before);
  });

  it('names everything that is wrong at once: with the form, the request, the contact and the values', async () => {
    const before = await rows();
    const answer = await form([
      ['phone_number', '12'],
      ['template_name', 'invoice_ready'],
      ['template_language', 'en_US'],
      ['header_image_file', { file: fileOf('png'), name: 'a.png' }],
      ['header_image_url', 'https://example.com/a.png'],
      ['header_document_name', 'x'.repeat(256)],
      ['button_2', 'x'],
      ['contact[email]', 'nobody'],
      ['field_2', 'y'.repeat(64 * 1024 + 1)],
    ]);
    expect(answer).toMatchObject({ status: 422 });
    expect(Object.keys(answer.body.errors).toSorted()).toEqual([
      'button_2',
      'contact.email',
      'field_1',
      'field_2',
      'header_document_name',
      'header_document_url',
      'header_image_file',
      'phone_number',
    ]);
    await nothingHappened(before);
  });

  it('says which fields an empty request lacks', async () => {
    const answer = await scene.acme.post(PATH, {});
    expect(answer).toMatchObject({ status: 422 });
    expect(Object.keys(answer.body.errors).toSorted()).toEqual(['phone_number', 'template_language', 'template_name']);
    expect(answer.body.errors.template_language).toEqual([expect.stringContaining('is required')]);
  });

  it('refuses templates that are not there or not approved, and a header of another kind', async () => {
    const before = await rows();
    expect(await post({ template_name: 'no_such' })).toMatchObject({
      status: 404,
      body: { status: 'error', message: 'Template not found' },
    });
    const pending = await post({ template_name: 'not_yet', ...NO_VALUES });
    expect(pending.status).toBe(422);
    expect(pending.body).toEqual({
      status: 'error',
      message: 'Validation failed',
      errors: { template_name: ['Template is not APPROVED.'] },
    });
    const both = await post({ template_name: 'not_yet', ...NO_VALUES, phone_number: '1' });
    expect(both.body.errors).toMatchObject({
      template_name: ['Template is not APPROVED.'],
      phone_number: [expect.any(String)],
    });
    const header = await post({ header_video_url: 'https://example.com/a.mp4' });
    expect(header).toMatchObject({ status: 422, body: { errors: { header_video_url: [expect.any(String)] } } });
    const text = await form([
      ...sale().slice(0, -1),
      ['field_1', 'x'],
      ['header_field_1', 'https://example.com/a.png'],
    ]);
    expect(Object.keys(text.body.errors).toSorted()).toEqual(['header_field_1', 'header_image_url']);
    await nothingHappened(before);
  });

  it('uploads nothing for a recipient who is refused', async () => {
    const phone = someone();
    await scene.acme.app.get(ContactsService).save({ workspace: 'acme', phone });
    await scene.acme.app
      .get(DataSource)
      .getRepository(ContactEntity)
      .update({ phone: phone.slice(1) }, { blockedAt: new Date() });
    const answer = await form([...invoice(phone), ['header_document_file', { file: fileOf('pdf'), name: 'a.pdf' }]]);
    expect(answer).toMatchObject({ status: 409, body: { code: 'RECIPIENT_BLOCKED' } });
    expect([uploads(), scene.tmp.files]).toEqual([[], []]);
  });

  it.each([
    [132001, 404, { message: 'Template not found' }],
    [132015, 422, { message: 'Validation failed', errors: { template_name: ['Template is not APPROVED.'] } }],
    [132016, 422, { message: 'Validation failed', errors: { template_name: ['Template is not APPROVED.'] } }],
    [132000, 422, { errors: { template_name: [expect.stringContaining('number of variables')] } }],
    [132012, 422, { errors: { template_name: [expect.stringContaining('another format')] } }],
    [131049, 500, { message: 'Failed to send template message' }],
  ])('answers Meta’s refusal %i of a template with %i, and includes what Meta said', async (code, status, body) => {
    scene.acme.meta.faults.next({ kind: 'error', code });
    const answer = await post();
    expect(answer).toMatchObject({ status, body: { status: 'error', ...body, meta: { code } } });
    expect(answer.body.message_id).toEqual(expect.any(Number));
  });

  it('tells that it failed where Meta refuses the file or the message, and leaves no file', async () => {
    const parts = [...invoice(), ['header_document_file', { file: fileOf('pdf'), name: 'a.pdf' }]] as const;
    scene.acme.meta.faults.next({ kind: 'error', code: 131053 });
    const file = await form(parts);
    scene.acme.meta.faults.next({ kind: 'error', code: 131026 });
    const message = await post();
    for (const answer of [file, message]) {
      expect(answer).toMatchObject({
        status: 500,
        body: { status: 'error', message: 'Failed to send template message' },
      });
    }
    expect(scene.tmp.files).toEqual([]);
  });
});
