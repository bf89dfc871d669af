import type { Param } from '../../server/param.js';
import { checkButtons } from './button-rules.js';
import { checkBody, checkHeader } from './component-rules.js';
import type { ComponentContext } from './component-context.js';

const CARD_HEADERS = ['IMAGE', 'VIDEO', 'PRODUCT'];

/** Two to ten cards, each with an image, video or product on top and all with the same components. */
export function checkCarousel(carousel: Param | undefined, context: ComponentContext): void {
  if (!carousel) return;
  const shapes = carousel
    .get('cards')
    .itemsBetween(2, 10)
    .map((card) => checkCard(card, context));
  if (new Set(shapes).size > 1) throw carousel.get('cards').invalid('must all have the same components.');
}

function checkCard(card: Param, context: ComponentContext): string {
  const components = card.get('components').items();
  const types = components.map((component) => component.get('type').oneOf(['HEADER', 'BODY', 'BUTTONS']));
  const header = components[types.indexOf('HEADER')];
  if (!header) throw card.get('components').invalid('must have a HEADER.');
  const format = header.get('format').oneOf(CARD_HEADERS);
  checkHeader(header, context, false);
  const body = components[types.indexOf('BODY')];
  if (body) checkBody(body, context, 'card');
  const buttons = components[types.indexOf('BUTTONS')];
  checkButtons(buttons);
  const kinds = buttons
    ?.get('buttons')
    .items()
    .map((button) => button.get('type').string().toUpperCase());
  return [format, ...types.toSorted(), ...(kinds ?? [])].join();
}
