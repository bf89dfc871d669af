import { invalidValue, templateParameterError } from '../../errors/refusals.js';
import type { Param } from '../../server/param.js';
import type { TemplateOutline } from '../../templates/template-outline.js';
import { checkCount } from './parameter-count.js';
import { checkPart } from './part.js';
import type { TemplateContext } from './template-context.js';

const MAX_CARD_BODY = 160;

/** As many cards as the template has, each index once, each filled like a small message. */
export function checkCarousel(
  component: Param | undefined,
  { cards: outlines }: TemplateOutline,
  context: TemplateContext,
): void {
  if (!outlines) {
    if (component) throw templateParameterError(context.call.version, 'The template is not a carousel');
    return;
  }
  const cards = component?.get('cards').items() ?? [];
  checkCount('carousel cards', cards.length, outlines.length);
  const seen = new Set<number>();
  for (const card of cards) {
    const index = card.get('card_index').integer();
    const outline = outlines[index];
    if (!outline || seen.has(index)) throw invalidValue(`The parameter ${card.get('card_index').path} must be 0, 1, …`);
    seen.add(index);
    const components = card.get('components').optionalItems();
    for (const part of components) part.get('type').oneOf(['HEADER', 'BODY', 'BUTTON']);
    checkPart(components, outline, { ...context, maxBody: MAX_CARD_BODY });
  }
}
