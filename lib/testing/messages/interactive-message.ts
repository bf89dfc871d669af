import { GraphError } from '../errors/graph-error.js';
import type { Param } from '../server/param.js';
import { ACTIONS, type InteractiveRule } from './interactive-actions.js';
import { checkMedia } from './media-content.js';
import type { MessageContext } from './message-context.js';

const MEDIA_HEADERS = ['image', 'video', 'document'];

/** Buttons, lists and the like. See Meta's page "Interactive messages". */
export function checkInteractive(interactive: Param, context: MessageContext): void {
  const type = interactive.object().get('type').string();
  const rule = ACTIONS.get(type);
  if (!rule) throw new GraphError(131051, { details: `The interactive type ${type} is not supported.` });
  checkHeader(interactive.get('header'), rule, context);
  const body = interactive.get('body');
  if (rule.body === 'required' || body.given)
    body
      .object()
      .get('text')
      .text(rule.maxBody ?? 1024);
  if (interactive.get('footer').given) interactive.get('footer').object().get('text').text(60);
  rule.check(interactive.get('action').object());
}

function checkHeader(header: Param, rule: InteractiveRule, context: MessageContext): void {
  if (rule.header === 'required') header.object();
  if (!header.given) return;
  if (rule.header === 'none') throw header.invalid('is not supported for this interactive type.');
  const kinds = rule.header === 'any' ? ['text', ...MEDIA_HEADERS] : ['text'];
  const kind = header.object().get('type').oneOf(kinds);
  if (kind === 'text') header.get('text').text(60);
  else checkMedia(header.get(kind), context, { caption: false });
}
