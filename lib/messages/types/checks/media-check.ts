import { readMedia } from '../../../templates/variables/values/media-value.js';
import type { Given } from './given.js';

/** An uploaded file by its id, or the public address of one. */
export function checkMedia(media: Given, { caption }: { readonly caption: boolean }): void {
  const { id, link } = { id: media.get('id').value ?? undefined, link: media.get('link').value ?? undefined };
  const reading = readMedia('IMAGE', { ...(id !== undefined && { id }), ...(link !== undefined && { link }) });
  if ('problems' in reading) for (const { path, message } of reading.problems) at(media, path).refuse(message);
  if (caption) media.get('caption').optionalText(1024);
  else if (media.get('caption').isThere) media.get('caption').refuse('is not taken with this type; leave it out.');
  media.get('filename').optionalText();
  media.get('voice').optionalBoolean();
}

const at = (media: Given, path: string): Given => (path === '' ? media : media.get(path.slice(1)));
