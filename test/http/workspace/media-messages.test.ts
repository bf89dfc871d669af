import { ContactEntity, MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { MediaEntity } from '../../../lib/media/media.entity.js';
import { BEGINNINGS, fileOf } from '../../media/sample-files.js';
import { adapters } from '../../support/test-app.js';
import { someone } from './acme.js';
import { type Parts, postForm } from './forms.js';
import { UploadScene } from './upload-scene.js';

const PATH = '/messages/media';
const URL = 'https://example.com/a';
const MIB = 1024 * 1024;

describe.each(adapters)('POST /messages/media on $adapter', ({ adapter }) => {
  const scene = new UploadScene(adapter);
  const { uploads } = scene;

  const post = (overrides: object = {}, headers: Record<string, string> = {}) =>
    scene.acme.post(PATH, { phone_number: someone(), media_type: 'image', media_url: URL, ...overrides }, headers);
  const form = (parts: Parts, headers: Record<string, string> = {}) =>
    postForm(scene.acme, PATH, [['phone_number', someone()], ...parts], headers);
  const sent = () => scene.acme.meta.messages.map(({ body }) => body);
  const counts = async () => {
    const { manager } = scene.acme.app.get(DataSource);
    return [await manager.count(MessageEntity), await manager.count(ContactEntity)];
  };

  it('sends a file by its address, and answers as documented', async () => {
    const phone_number = someone();
    const answer = await post({ phone_number, caption: 'As promised' });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      status: 'success',
      message: 'Media message sent successfully',
      data: {
        message_id: expect.stringMatching(/^wamid\./),
        contact_id: expect.any(Number),
        phone: phone_number,
        media_type: 'image',
        status: 'sent',
        sent_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        chat_id: expect.any(Number),
        contact_created: true,
      },
    });
    expect(sent()).toEqual([expect.objectContaining({ type: 'image', image: { link: URL, caption: 'As promised' } })]);
    expect(await post({ phone_number })).toMatchObject({ body: { data: { contact_created: false } } });
  });

  it('shows the name of a document alone', async () => {
    await post({ media_type: 'document', filename: 'Menu.pdf' });
    await post({ media_type: 'video', filename: 'Tour.mp4' });
    expect(sent()).toMatchObject([{ document: { link: URL, filename: 'Menu.pdf' } }, { video: { link: URL } }]);
    expect(sent()[1]).not.toHaveProperty('video.filename');
  });

  it.each([
    ['image', 'jpeg', 'image/jpeg'],
    ['video', 'threeGp', 'video/3gpp'],
    ['audio', 'ogg', 'audio/ogg; codecs=opus'],
    ['audio', 'm4a', 'audio/mp4'],
    ['document', 'pdf', 'application/pdf'],
  ] as const)('uploads an %s (%s) and sends its id', async (kind, content, type) => {
    const answer = await form([
      ['media_file', { file: fileOf(content, 200_000), name: 'Gift', type: 'text/html' }],
      ['media_type', kind],
    ]);
    expect(answer).toMatchObject({ status: 200, body: { data: { media_type: kind } } });
    expect(uploads()).toEqual([expect.objectContaining({ type })]);
    const { mediaId: id } = await scene.acme.app.get(DataSource).getRepository(MediaEntity).findOneByOrFail({});
    expect(sent()[0]?.[kind]).toEqual({ id, ...(kind === 'document' && { filename: 'Gift' }) });
    expect(scene.tmp.files).toEqual([]);
  });

  it.each([
    ['notes.txt', Buffer.from('Sugar, flour'), 'text/plain'],
    ['Bill.DOCX', fileOf('zip'), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
    ['bill.xls', fileOf('ole'), 'application/vnd.ms-excel'],
  ])('tells the type of %s by its name, where its bytes leave a choice', async (name, file, type) => {
    expect(
      await form([
        ['media_type', 'document'],
        ['media_file', { file, name }],
      ]),
    ).toMatchObject({ status: 200 });
    expect(uploads()).toEqual([expect.objectContaining({ type })]);
  });

  it.each([
    ['image', 'mp4', 1_000, /is video\/mp4/],
    ['audio', 'pdf', 1_000, /is application\/pdf/],
    ['audio', 'mp3', 16 * MIB + 1, /at most 16384 KB/],
    ['image', 'png', 5 * MIB + 1, /at most 5120 KB/],
    ['document', 'gif', 1_000, /is image\/gif/],
    ['document', 'zip', 1_000, /needs a name/],
    ['video', 'text', 1_000, /no type that/],
  ] as const)('refuses for an %s a file that begins like %s, of %i bytes', async (kind, content, size, problem) => {
    const before = await counts();
    const file = { file: fileOf(content, size), name: `a.${content}` };
    const answer = await form([
      ['media_file', file],
      ['media_type', kind],
      ['caption', 'x'.repeat(1_025)],
    ]);
    expect(answer).toMatchObject({ status: 422, body: { status: 'error', message: 'Validation failed' } });
    expect(answer.body.errors['media_file']).toEqual([expect.stringMatching(problem)]);
    expect(answer.body.errors).toHaveProperty('caption');
    expect([await counts(), uploads(), scene.acme.sent, scene.tmp.files]).toEqual([before, [], [], []]);
  });

  it('refuses binary bytes that are called a text', async () => {
    const file = { file: Buffer.from([1, 2, 3, 0]), name: 'a.txt' };
    expect(
      await form([
        ['media_type', 'document'],
        ['media_file', file],
      ]),
    ).toMatchObject({ status: 422 });
  });

  it.each([
    ['no file', { media_url: undefined }, ['media_url']],
    ['no address', { media_url: 'nowhere' }, ['media_url']],
    ['an unknown kind', { media_type: 'sticker', media_url: undefined }, ['media_type', 'media_url']],
    ['a caption for a sound', { media_type: 'audio', caption: 'x' }, ['caption']],
    ['a long caption', { caption: 'x'.repeat(1_025), phone_number: 'x' }, ['caption', 'phone_number']],
    ['a long name', { media_type: 'document', filename: 'x'.repeat(256) }, ['filename']],
  ])('refuses %s', async (_, overrides, fields) => {
    const answer = await post(overrides);
    expect(answer).toMatchObject({ status: 422 });
    expect(Object.keys(answer.body.errors).toSorted()).toEqual(fields);
  });

  it('refuses a file next to an address', async () => {
    const file = { file: fileOf('png'), name: 'a.png' };
    const answer = await form([
      ['media_type', 'image'],
      ['media_url', URL],
      ['media_file', file],
    ]);
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: { media_file: [expect.stringContaining('media_url')] } },
    });
    expect(uploads()).toEqual([]);
  });

  it('takes an empty field for files as none, as browsers send it', async () => {
    const nothing = { file: Buffer.alloc(0), name: '' };
    const answer = await form([
      ['media_type', 'image'],
      ['media_url', URL],
      ['media_file', nothing],
    ]);
    expect(answer).toMatchObject({ status: 200 });
  });

  it('answers a repeated key the same, and uploads and sends once', async () => {
    const key = { 'idempotency-key': `media ${adapter}` };
    const parts: Parts = [
      ['phone_number', someone()],
      ['media_type', 'image'],
      ['media_file', { file: fileOf('png'), name: 'a.png' }],
    ];
    const first = await postForm(scene.acme, PATH, parts, key);
    expect(first).toMatchObject({ status: 200, body: { data: { contact_created: true } } });
    expect(await postForm(scene.acme, PATH, parts, key)).toMatchObject({ status: 200, body: first.body });
    expect([uploads().length, sent().length]).toEqual([1, 1]);
    const other = [...parts.slice(0, 2), ['media_file', { file: fileOf('png', 2_000), name: 'a.png' }]] as const;
    expect(await postForm(scene.acme, PATH, other, key)).toMatchObject({ status: 409 });
  });

  it('tells that it failed where Meta takes no file, and stores no message', async () => {
    const before = await counts();
    scene.acme.meta.faults.next({ kind: 'reset' });
    const answer = await form([
      ['media_type', 'image'],
      ['media_file', { file: Buffer.from(`${BEGINNINGS.jpeg} other`, 'latin1'), name: 'a.jpg' }],
    ]);
    expect(answer).toMatchObject({ status: 500, body: { status: 'error', message: 'Failed to send media message' } });
    expect([await counts(), scene.tmp.files]).toEqual([before, []]);
  });
});
