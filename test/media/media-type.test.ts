import { describe, expect, it } from 'vitest';
import { mediaTypeOf } from '../../lib/media/media.service.js';
import { type BEGINNINGS, fileOf } from './sample-files.js';

const OFFICE = 'application/vnd.openxmlformats-officedocument';

describe('the type of a file', () => {
  it.each<[keyof typeof BEGINNINGS, string]>([
    ['jpeg', 'image/jpeg'],
    ['png', 'image/png'],
    ['stillWebp', 'image/webp'],
    ['animatedWebp', 'image/webp'],
    ['mp4', 'video/mp4'],
    ['m4a', 'audio/mp4'],
    ['threeGp', 'video/3gpp'],
    ['ogg', 'audio/ogg'],
    ['mp3', 'audio/mpeg'],
    ['mp3Frames', 'audio/mpeg'],
    ['aac', 'audio/aac'],
    ['amr', 'audio/amr'],
    ['pdf', 'application/pdf'],
    ['opus', 'audio/ogg'],
    ['docx', `${OFFICE}.wordprocessingml.document`],
  ])('is read from the first bytes: %s', (kind, type) => {
    expect(mediaTypeOf({}, fileOf(kind))).toBe(type);
  });

  it.each<[keyof typeof BEGINNINGS, string, string]>([
    ['zip', 'a.docx', `${OFFICE}.wordprocessingml.document`],
    ['zip', 'a.XLSX', `${OFFICE}.spreadsheetml.sheet`],
    ['ole', 'a.ppt', 'application/vnd.ms-powerpoint'],
    ['mp4', 'a.m4a', 'audio/mp4'],
    ['text', 'a.txt', 'text/plain'],
    ['png', 'a.jpg', 'image/png'],
  ])('is chosen by the name where %s leaves a choice: %s', (kind, filename, type) => {
    expect(mediaTypeOf({ filename }, fileOf(kind))).toBe(type);
  });

  it('is what its server says before what its name says', () => {
    const reported = { contentType: 'text/plain; charset=utf-8', filename: 'a.pdf' };
    expect(mediaTypeOf(reported, fileOf('text'))).toBe('text/plain');
    expect(mediaTypeOf({ contentType: 'application/octet-stream', filename: 'a.txt' }, fileOf('text'))).toBe(
      'text/plain',
    );
  });

  it('is what the caller says, without its parameters, unless the first bytes say otherwise', () => {
    expect(mediaTypeOf({ mimeType: 'Audio/OGG; codecs=opus' }, fileOf('ogg'))).toBe('audio/ogg');
    expect(mediaTypeOf({ mimeType: 'image/jpeg' }, Buffer.from('unknown'))).toBe('image/jpeg');
    expect(() => mediaTypeOf({ mimeType: 'image/jpeg' }, fileOf('png'))).toThrow(
      /said to be image\/jpeg, but .* image\/png/,
    );
  });

  it.each<[keyof typeof BEGINNINGS, string]>([
    ['heic', 'image/heic'],
    ['heicByCompatibility', 'image/heic'],
    ['avif', 'image/avif'],
    ['avifByCompatibility', 'image/avif'],
    ['mov', 'video/quicktime'],
    ['vorbis', 'audio/ogg; codecs=vorbis'],
    ['theora', 'video/ogg'],
    ['webm', 'video/webm'],
    ['mkv', 'video/x-matroska'],
    ['odt', 'application/vnd.oasis.opendocument'],
    ['flac', 'audio/flac'],
  ])('is called by its own name where Meta takes none such: %s', (kind, type) => {
    expect(() => mediaTypeOf({}, fileOf(kind))).toThrow(`is "${type}"; Meta takes`);
    expect(() => mediaTypeOf({ mimeType: 'video/mp4' }, fileOf(kind))).toThrow(`are those of ${type}.`);
  });

  it.each([
    [{}, fileOf('text'), /^mimeType: is needed/],
    [{}, fileOf('gif'), /^file: is "image\/gif"; Meta takes audio\/aac, /],
    [{ mimeType: 'image/svg+xml' }, fileOf('text'), /^mimeType: is "image\/svg\+xml"/],
  ])('is refused: %o', (reported, file, problem) => {
    expect(() => mediaTypeOf(reported, file)).toThrow(problem);
  });
});
