import type { Problem } from '../../errors.js';
import { buttonTypeOf } from '../template-button.js';
import { componentOf, isSameWord, type TemplateComponent } from '../template-component.js';

const MAX_CARDS = 10;

/**
 * What Meta would refuse in the carousel of a draft: 1 to 10 cards, all made alike.
 * See https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/marketing-templates/media-card-carousel-templates
 */
export function draftCarouselProblems(
  components: readonly TemplateComponent[],
  root: string,
  cardProblems: (components: readonly TemplateComponent[], path: string) => readonly Problem[],
): Problem[] {
  const index = components.findIndex((component) => isSameWord(component?.type, 'CAROUSEL'));
  if (index === -1) return [];
  const path = `${root}[${index}].cards`;
  const cards = components[index]?.cards;
  if (!Array.isArray(cards) || cards.length === 0)
    return [{ path, message: `must be a list of 1 to ${MAX_CARDS} cards.` }];
  const problems: Problem[] = [];
  if (cards.length > MAX_CARDS)
    problems.push({ path, message: `are ${cards.length}; Meta takes at most ${MAX_CARDS}.` });
  const shapes = cards.map((card) => shapeOf(card.components ?? []));
  cards.forEach((card, at) => {
    for (const problem of cardProblems(card.components ?? [], `${path}[${at}].components`)) problems.push(problem);
    if (shapes[at] === shapes[0]) return;
    problems.push({
      path: `${path}[${at}]`,
      message: 'must have the same header format, texts and button types as the first card.',
    });
  });
  return problems;
}

function shapeOf(components: readonly TemplateComponent[]): string {
  const format = componentOf(components, 'HEADER')?.format?.toUpperCase() ?? '';
  const body = componentOf(components, 'BODY') ? 'BODY' : '';
  const buttons = componentOf(components, 'BUTTONS')?.buttons ?? [];
  return [format, body, ...buttons.map(buttonTypeOf)].join(' ');
}
