import type { Problem } from '../../errors.js';
import { draftButtonProblems } from './draft-button-rules.js';
import { draftCarouselProblems } from './draft-carousel-rules.js';
import { bodyProblems, footerProblems, headerProblems, offerProblems } from './draft-text-rules.js';
import { variableFormatProblems } from './draft-variable-rules.js';
import { isOneTimeCodeButton } from '../template-button.js';
import { componentOf, isSameWord, type TemplateComponent } from '../template-component.js';
import type { TemplateDraft } from './template-draft.js';
import { BODY_LENGTH, CARD_BODY_LENGTH } from '../variables/values/text-limits.js';

/** What the rules of a component need to know of the rest. */
interface DraftContext {
  readonly isAuthentication: boolean;
  readonly hasOffer: boolean;
  readonly isCard: boolean;
}

/** What Meta would refuse in the components of a draft. */
export function draftComponentProblems(draft: TemplateDraft): Problem[] {
  const { components } = draft;
  if (!Array.isArray(components) || components.length === 0) {
    return [{ path: 'components', message: 'must be a list of components with a BODY at least.' }];
  }
  const context = {
    isAuthentication: isSameWord(draft.category, 'AUTHENTICATION'),
    hasOffer: Boolean(componentOf(components, 'LIMITED_TIME_OFFER')),
    isCard: false,
  };
  return [
    ...(componentOf(components, 'BODY')
      ? []
      : [{ path: 'components', message: 'lack the BODY, which Meta requires.' }]),
    ...partProblems(components, 'components', context),
    ...draftCarouselProblems(components, 'components', (card, path) =>
      partProblems(card, path, { ...context, isCard: true }),
    ),
    ...variableFormatProblems(draft),
    ...categoryProblems(components, draft.category, context),
  ];
}

function partProblems(components: readonly TemplateComponent[], root: string, context: DraftContext): Problem[] {
  const seen = new Set<string>();
  return components.flatMap((component, index) => {
    const path = `${root}[${index}]`;
    if (typeof component?.type !== 'string')
      return { path: `${path}.type`, message: 'is missing; write HEADER, BODY …' };
    const type = component.type.toUpperCase();
    if (seen.has(type)) return { path, message: `is a second ${type}; Meta takes one.` };
    seen.add(type);
    return componentProblems(component, type, path, context);
  });
}

function componentProblems(
  component: TemplateComponent,
  type: string,
  path: string,
  context: DraftContext,
): readonly Problem[] {
  switch (type) {
    case 'HEADER':
      return headerProblems(component, path, context.hasOffer);
    case 'BODY':
      // Meta writes the text of an authentication template itself.
      if (context.isAuthentication) return [];
      return bodyProblems(component, path, context.isCard ? CARD_BODY_LENGTH : BODY_LENGTH);
    case 'FOOTER':
      return footerProblems(component, path, context.isAuthentication);
    case 'LIMITED_TIME_OFFER':
      return offerProblems(component, path);
    case 'BUTTONS':
      return draftButtonProblems(component.buttons, `${path}.buttons`, context.hasOffer);
    default:
      return [];
  }
}

function categoryProblems(
  components: readonly TemplateComponent[],
  category: string,
  { isAuthentication, hasOffer }: DraftContext,
): Problem[] {
  const problems: Problem[] = [];
  const refuse = (type: string, message: string) => {
    const index = components.findIndex((component) => isSameWord(component?.type, type));
    if (index !== -1) problems.push({ path: `components[${index}]`, message });
  };
  if (isAuthentication) refuse('HEADER', 'an authentication template has no header; leave it out.');
  if (hasOffer) refuse('FOOTER', 'a template with a limited-time offer has no footer; leave it out.');
  if (!isSameWord(category, 'MARKETING')) {
    refuse('LIMITED_TIME_OFFER', 'belongs to MARKETING templates only.');
    refuse('CAROUSEL', 'belongs to MARKETING templates only.');
  }
  const buttons = componentOf(components, 'BUTTONS')?.buttons ?? [];
  if (!isAuthentication && buttons.some(isOneTimeCodeButton)) {
    refuse('BUTTONS', 'holds a one-time code button, which belongs to AUTHENTICATION templates only.');
  }
  return problems;
}
