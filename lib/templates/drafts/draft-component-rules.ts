import type { ValidationProblem } from '../../errors.js';
import { bodyProblems, footerProblems, headerProblems, offerProblems, lengthProblems } from './draft-text-rules.js';
import { variableFormatProblems } from './draft-variable-rules.js';
import {
  componentOf,
  isSameWord,
  type TemplateComponent,
  isOneTimeCodeButton,
  buttonTypeOf,
  type TemplateButton,
} from '../template-component.js';
import type { TemplateDraft } from './template-draft.js';
import {
  BODY_LENGTH,
  CARD_BODY_LENGTH,
  BUTTON_LABEL_LENGTH,
  COUPON_CODE_LENGTH,
  PHONE_NUMBER_LENGTH,
  URL_LENGTH,
  codePointLength,
} from '../variables/values/text-value.js';
import { parsePlaceholders } from '../variables/template-part.js';

/** What the rules of a component need to know of the rest. */
interface DraftContext {
  readonly isAuthentication: boolean;
  readonly hasOffer: boolean;
  readonly isCard: boolean;
}

/** What Meta would refuse in the components of a draft. */
export function draftComponentProblems(draft: TemplateDraft): ValidationProblem[] {
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

function partProblems(
  components: readonly TemplateComponent[],
  root: string,
  context: DraftContext,
): ValidationProblem[] {
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
): readonly ValidationProblem[] {
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
): ValidationProblem[] {
  const problems: ValidationProblem[] = [];
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

const MAX_CARDS = 10;

/**
 * What Meta would refuse in the carousel of a draft: 1 to 10 cards, all made alike.
 * See https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/marketing-templates/media-card-carousel-templates
 */
function draftCarouselProblems(
  components: readonly TemplateComponent[],
  root: string,
  cardProblems: (components: readonly TemplateComponent[], path: string) => readonly ValidationProblem[],
): ValidationProblem[] {
  const index = components.findIndex((component) => isSameWord(component?.type, 'CAROUSEL'));
  if (index === -1) return [];
  const path = `${root}[${index}].cards`;
  const cards = components[index]?.cards;
  if (!Array.isArray(cards) || cards.length === 0)
    return [{ path, message: `must be a list of 1 to ${MAX_CARDS} cards.` }];
  const problems: ValidationProblem[] = [];
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

const MAX_BUTTONS = 10;

const MAX_OF_TYPE = { QUICK_REPLY: 10, URL: 2, PHONE_NUMBER: 1, COPY_CODE: 1, VOICE_CALL: 1 };

/** Types with a label that Meta writes itself when there is none. */
const LABELLED_BY_META = new Set(['OTP', 'COPY_CODE', 'CATALOG', 'MPM', 'SPM', 'APP', 'REQUEST_CONTACT_INFO']);

/** What Meta would refuse in the buttons of a draft. */
function draftButtonProblems(given: unknown, path: string, hasOffer: boolean): ValidationProblem[] {
  if (!Array.isArray(given) || given.length === 0) return [{ path, message: 'must be a list of buttons.' }];
  const buttons: readonly TemplateButton[] = given;
  const types = buttons.map(buttonTypeOf);
  const problems = buttons.flatMap((button, index) => buttonProblems(button, `${path}[${index}]`));
  if (buttons.length > MAX_BUTTONS)
    problems.push({ path, message: `are ${buttons.length}; Meta takes ${MAX_BUTTONS}.` });
  for (const [type, most] of Object.entries(MAX_OF_TYPE)) {
    const count = types.filter((one) => one === type).length;
    if (count > most) problems.push({ path, message: `hold ${count} of type ${type}; Meta takes at most ${most}.` });
  }
  const replies = types.flatMap((type, index) => (type === 'QUICK_REPLY' ? index : []));
  if (replies.length > 0 && (replies.at(-1) ?? 0) - (replies[0] ?? 0) >= replies.length) {
    problems.push({
      path,
      message: 'must have the quick replies side by side; put other buttons before or after them.',
    });
  }
  if (hasOffer && types.indexOf('COPY_CODE') > 0) {
    problems.push({ path, message: 'must begin with the COPY_CODE button in a template with a limited-time offer.' });
  }
  return problems;
}

function buttonProblems(button: TemplateButton, path: string): ValidationProblem[] {
  const type = buttonTypeOf(button);
  if (type === '') return [{ path: `${path}.type`, message: 'is missing; write QUICK_REPLY, URL, PHONE_NUMBER …' }];
  return [...labelProblems(button, path), ...kindProblems(button, path)];
}

function labelProblems(button: TemplateButton, path: string): ValidationProblem[] {
  const isOptional = LABELLED_BY_META.has(buttonTypeOf(button)) || isOneTimeCodeButton(button);
  if (isOptional && button.text === undefined) return [];
  const problems = lengthProblems(button.text, BUTTON_LABEL_LENGTH, `${path}.text`);
  if (button.text?.includes('{{')) {
    problems.push({ path: `${path}.text`, message: 'has a variable, which Meta takes in no label; leave it out.' });
  }
  return problems;
}

function kindProblems(button: TemplateButton, path: string): ValidationProblem[] {
  if (isOneTimeCodeButton(button)) return [];
  switch (buttonTypeOf(button)) {
    case 'URL':
      return urlProblems(button, path);
    case 'PHONE_NUMBER':
      return phoneProblems(button, path);
    case 'COPY_CODE':
      return couponProblems(button, path);
    case 'FLOW':
      if (button.flow_id ?? button.flow_name ?? button.flow_json) return [];
      return [{ path: `${path}.flow_id`, message: 'is missing; write flow_id, flow_name or flow_json.' }];
    case 'REQUEST_CONTACT_INFO':
      if (button.text === undefined) return [];
      return [{ path: `${path}.text`, message: 'is not taken; leave it out: Meta writes the label itself.' }];
    default:
      return [];
  }
}

function urlProblems({ url, example }: TemplateButton, path: string): ValidationProblem[] {
  const problems = lengthProblems(url, URL_LENGTH, `${path}.url`);
  if (url === undefined || problems.length > 0) return problems;
  const variables = parsePlaceholders(url);
  const [first] = variables;
  if (!/^https?:\/\/\S+$/i.test(url) || !URL.canParse(url.slice(0, first?.index))) {
    problems.push({ path: `${path}.url`, message: 'must be an address that begins with https:// and its host.' });
  }
  if (variables.length > 1) {
    problems.push({ path: `${path}.url`, message: 'has more than one variable; Meta takes one, at the end.' });
  } else if (first && first.index + first.source.length < url.length) {
    problems.push({ path: `${path}.url`, message: 'has its variable in the middle; Meta takes it only at the end.' });
  }
  if (first && (typeof example === 'string' || !example?.[0])) {
    problems.push({ path: `${path}.example`, message: 'must be a list with one example of the address or its end.' });
  }
  return problems;
}

function phoneProblems({ phone_number }: TemplateButton, path: string): ValidationProblem[] {
  const problems = lengthProblems(phone_number, PHONE_NUMBER_LENGTH, `${path}.phone_number`);
  if (phone_number === undefined || problems.length > 0 || /^\+?[0-9][0-9 ().-]*$/.test(phone_number)) return problems;
  return [
    { path: `${path}.phone_number`, message: 'must be a phone number with its country code, such as +5491112345678.' },
  ];
}

function couponProblems({ example }: TemplateButton, path: string): ValidationProblem[] {
  const code = typeof example === 'string' ? example : example?.[0];
  if (!code) return [{ path: `${path}.example`, message: 'is missing; write an example of the code, as text.' }];
  if (codePointLength(code) <= COUPON_CODE_LENGTH) return [];
  return [{ path: `${path}.example`, message: `has more than ${COUPON_CODE_LENGTH} characters, which Meta refuses.` }];
}
