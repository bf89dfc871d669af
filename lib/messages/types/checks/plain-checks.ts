import { isIdentifier } from '../../../identifier.js';
import type { Given } from './given.js';

/** A text of at most 4,096 characters. */
export function checkText(text: Given): void {
  text.get('body').text(4096);
  text.get('preview_url').optionalBoolean();
}

/** A place on earth. */
export function checkLocation(location: Given): void {
  location.get('latitude').degreesWithin(90);
  location.get('longitude').degreesWithin(180);
  location.get('name').optionalText();
  location.get('address').optionalText();
}

/** An emoji on a message; an empty one takes the reaction back. */
export function checkReaction(reaction: Given): void {
  const id = reaction.get('message_id');
  if (!isIdentifier(id.value, 255)) id.refuse('is required; write the wamid of the message to react to.');
  const emoji = reaction.get('emoji');
  if (emoji.value !== '') emoji.text(LONGEST_EMOJI);
}

/** Characters of the longest emoji in use, a couple or family with skin tones, and some more for those to come. */
const LONGEST_EMOJI = 20;
