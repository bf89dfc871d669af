import { invalidValue } from '../errors/refusals.js';
import type { Param } from '../server/param.js';
import { isWamid } from './wamid.js';

/** A text of at most 4,096 characters. */
export function checkText(text: Param): void {
  text.object().get('body').text(4096);
  const preview = text.get('preview_url');
  if (preview.given && typeof preview.value !== 'boolean') throw preview.invalid('must be a boolean.');
}

/** A place on earth; numbers may be written as strings. */
export function checkLocation(location: Param): void {
  location.object().get('latitude').numberBetween(-90, 90);
  location.get('longitude').numberBetween(-180, 180);
  location.get('name').optionalString();
  location.get('address').optionalString();
}

/** An emoji on a message; an empty one takes the reaction back. */
export function checkReaction(reaction: Param): void {
  const id = reaction.object().get('message_id');
  if (!isWamid(id.string())) throw invalidValue(`The parameter ${id.path} is not the id of a message.`);
  const emoji = reaction.get('emoji').required();
  if (typeof emoji.value !== 'string') throw emoji.invalid('must be a string.');
}
