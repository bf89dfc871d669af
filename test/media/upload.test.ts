import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { MediaService, MessagesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MediaEntity } from '../../lib/media/media.entity.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';
import { fileOf, piecesOf } from './sample-files.js';

const DAY_MS = 24 * 60 * 60 * 1000;
const MIB = 1024 * 1024;

async function* broken() {
  yield fileOf('png');
  throw new Error('The disk is gone.');
}

describeEachDatabase('uploading media', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;
  let media: MediaService;

  const tmp = process.env['TMPDIR'];
  let folder: string;
  let otherNumber: string;

  beforeAll(async () => {
    // One of its own: other tests have temporary files, too.
    folder = mkdtempSync(join(tmpdir(), 'uploads-'));
    process.env['TMPDIR'] = folder;
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
    otherNumber = meta.account.addPhoneNumber().id;
    app = await TestApp.start({ meta, database: fresh.options });
    media = app.get(MediaService);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
    if (tmp === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = tmp;
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    meta.clear();
    await rows().clear();
  });

  const rows = () => app.get(DataSource).getRepository(MediaEntity);
  const uploads = () => meta.requestsTo('/media').length;
  const spooled = () => readdirSync(folder);

  it('takes bytes, and gives an id that can be sent', async () => {
    const file = fileOf('png');
    const uploaded = await media.upload({ file });
    expect(uploaded).toEqual({
      mediaId: expect.stringMatching(/^\d+$/),
      phoneNumberId: meta.phoneNumber.id,
      mimeType: 'image/png',
      size: file.length,
      sha256: createHash('sha256').update(file).digest('hex'),
      expiresAt: expect.any(Date),
    });
    const sent = app.get(MessagesService).sendImage({ to: '+5491112345678', image: { id: uploaded.mediaId } });
    expect((await sent).status).toBe('sent');
  });

  it('takes a stream through a temporary file, which is gone afterwards', async () => {
    const file = fileOf('mp4', 3 * MIB);
    const { sha256, size } = await media.upload({ file: Readable.from(piecesOf(file)) });
    expect([size, sha256]).toEqual([file.length, createHash('sha256').update(file).digest('hex')]);
    expect(meta.requestsTo('/media')[0]?.body).toMatchObject({ type: 'video/mp4', file: { size, sha256 } });
    expect(spooled()).toEqual([]);
  });

  it('uploads the same bytes once, also at the same time, until the id is about to expire', async () => {
    const file = fileOf('pdf');
    const together = await Promise.all([media.upload({ file }), media.upload({ file: piecesOf(file) })]);
    const again = await media.upload({ file, mimeType: 'application/pdf', filename: 'another.pdf' });
    expect(new Set([...together, again].map(({ mediaId }) => mediaId)).size).toBe(1);
    expect(uploads()).toBe(1);
    await rows().update({ mediaId: again.mediaId }, { expiresAt: new Date(Date.now() + DAY_MS / 2) });
    expect((await media.upload({ file })).mediaId).not.toBe(again.mediaId);
    expect(await rows().count()).toBe(1);
  });

  it('forgets what Meta has forgotten', async () => {
    const { mediaId } = await media.upload({ file: fileOf('jpeg') });
    await rows().update({ mediaId }, { expiresAt: new Date(Date.now() - 1) });
    await media.upload({ file: fileOf('png') });
    expect(await rows().findBy({ mediaId })).toEqual([]);
  });

  it('uploads again for another number, and as another type', async () => {
    const file = fileOf('mp4');
    await media.upload({ file });
    await media.upload({ file, phoneNumberId: otherNumber });
    await media.upload({ file, mimeType: 'audio/mp4' });
    expect(uploads()).toBe(3);
  });

  it('names the codec of a voice note', async () => {
    await media.upload({ file: fileOf('ogg'), mimeType: 'audio/ogg' });
    expect(meta.requestsTo('/media')[0]?.body).toMatchObject({ type: 'audio/ogg; codecs=opus' });
  });

  it.each([
    ['of a type that Meta does not take', () => ({ file: fileOf('gif') }), /^file: is "image\/gif"/],
    ['empty', () => ({ file: Buffer.alloc(0), mimeType: 'image/png' }), /^file: is empty/],
    ['an image over 5 MB', () => ({ file: fileOf('png', 5 * MIB + 1) }), /at most 5242880 bytes/],
    [
      'a stream over 5 MB',
      () => ({ file: piecesOf(fileOf('png', 6 * MIB)), mimeType: 'image/png' }),
      /at most 5242880/,
    ],
    ['a still sticker over 100 KB', () => ({ file: fileOf('stillWebp', 100 * 1024 + 1) }), /at most 102400 bytes/],
    ['an animated sticker over 500 KB', () => ({ file: fileOf('animatedWebp', 500 * 1024 + 1) }), /at most 512000/],
    ['a private address', () => ({ file: 'https://127.0.0.1/a.png' }), /must be a public https address/],
  ])('refuses a file that is %s before Meta is called', async (_, input, problem) => {
    await expect(media.upload(input())).rejects.toMatchObject({
      code: 'INVALID_MEDIA',
      message: expect.stringMatching(problem),
    });
    expect([uploads(), spooled()]).toEqual([0, []]);
  });

  it('tells what a broken stream broke with, and leaves nothing behind', async () => {
    await expect(media.upload({ file: broken() })).rejects.toThrow('The disk is gone.');
    expect(spooled()).toEqual([]);
  });

  it("stores nothing when Meta refuses, and reports Meta's word", async () => {
    meta.faults.next({ kind: 'error', code: 131053 });
    await expect(media.upload({ file: fileOf('amr') })).rejects.toMatchObject({ metaCode: 131053 });
    expect(await rows().count()).toBe(0);
  });

  it('deletes at Meta, and uploads anew after that', async () => {
    const file = fileOf('aac');
    const { mediaId } = await media.upload({ file });
    await media.delete(mediaId);
    expect((await media.upload({ file })).mediaId).not.toBe(mediaId);
    await expect(media.download(mediaId)).rejects.toMatchObject({ metaCode: 100 });
  });
});
