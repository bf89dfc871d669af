import type { Given } from './given.js';
import { ACTIONS, type InteractiveRule } from './interactive-actions.js';
import { checkMedia } from './media-check.js';

/** Meta's limits, in characters. */
const HEADER_LENGTH = 60;
const BODY_LENGTH = 1024;
const FOOTER_LENGTH = 60;

const FILES = ['image', 'video', 'document'] as const;

/**
 * A message with something to tap. A type that this module does not know goes to Meta as it is, with what all types share
 * checked.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-messages
 */
export function checkInteractive(interactive: Given): void {
  const type = interactive.get('type').text();
  if (type === undefined) return;
  const rule = ACTIONS.get(type) ?? {};
  checkHeader(interactive.get('header'), rule);
  const body = interactive.get('body');
  if (rule.body !== 'optional' || body.isThere)
    body
      .object()
      ?.get('text')
      .text(rule.maxBody ?? BODY_LENGTH);
  if (interactive.get('footer').isThere) interactive.get('footer').object()?.get('text').text(FOOTER_LENGTH);
  const action = interactive.get('action').object();
  if (action) rule.check?.(action);
}

function checkHeader(header: Given, { header: allowed = 'any' }: InteractiveRule): void {
  if (!header.isThere) {
    if (allowed === 'required text') header.refuse('is required; write { type: "text", text }.');
    return;
  }
  if (allowed === 'none') return header.refuse('is not taken with this type; leave it out.');
  if (!header.object()) return;
  const kind = header.get('type').oneOf(allowed === 'any' ? ['text', ...FILES] : ['text']);
  if (kind === 'text') header.get('text').text(HEADER_LENGTH);
  else if (kind !== undefined && header.get(kind).object()) checkMedia(header.get(kind), { caption: false });
}
