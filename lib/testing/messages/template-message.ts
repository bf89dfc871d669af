import { GraphError, templateParameterError, missingInSend, invalidValue } from '../errors/graph-error.js';
import type { TemplateNode } from '../graph-node.js';
import type { Param } from '../server/param.js';
import type { MessageContext } from './recipient.js';
import { checkPart } from './template-parameters/part.js';
import type { TemplateOutline } from '../templates/template-outline.js';
import { checkCount, type TemplateContext } from './template-parameters/button-parameters.js';

const COMPONENTS = [
  'HEADER',
  'BODY',
  'FOOTER',
  'BUTTON',
  'CAROUSEL',
  'LIMITED_TIME_OFFER',
  'TAP_TARGET_CONFIGURATION',
  'CALL_PERMISSION_REQUEST',
];

/** Finds the template and checks that what it is given fits it. */
export function checkTemplate(content: Param, context: MessageContext): TemplateNode {
  const template = findTemplate(content.object(), context);
  const { outline } = template;
  if (context.recipient.kind === 'user' && outline.buttons.some((button) => button.isOneTimeCode)) {
    throw new GraphError(131062, { details: 'A one-time code cannot be sent to a business-scoped user id.' });
  }
  const components = content.get('components').optionalItems();
  for (const component of components) component.get('type').oneOf(COMPONENTS);
  const inTemplate: TemplateContext = { ...context, format: template.parameterFormat, maxBody: 1024 };
  checkPart(components, outline, inTemplate);
  checkLimitedTimeOffer(single(components, 'limited_time_offer', context), outline, inTemplate);
  checkTapTargets(single(components, 'tap_target_configuration', context));
  checkCarousel(single(components, 'carousel', context), outline, inTemplate);
  return template;
}

function checkTapTargets(component: Param | undefined): void {
  if (!component) return;
  for (const parameter of component.get('parameters').itemsBetween(1, 1)) {
    parameter.get('type').oneOf(['tap_target_configuration']);
    for (const target of parameter.get('tap_target_configuration').items()) {
      target.get('url').string();
      target.get('title').string();
    }
  }
}

function findTemplate(content: Param, { account }: MessageContext): TemplateNode {
  const name = content.get('name').string();
  const language = content.get('language').object().get('code').string();
  const template = account.template(name, language);
  if (template?.status === 'PAUSED') throw new GraphError(132015, { details: `The template ${name} is paused.` });
  if (template?.status === 'DISABLED') throw new GraphError(132016, { details: `The template ${name} is disabled.` });
  if (template?.status !== 'APPROVED') {
    throw new GraphError(132001, { details: `template name (${name}) does not exist in ${language}` });
  }
  return template;
}

function single(components: readonly Param[], type: string, { call }: MessageContext): Param | undefined {
  const found = components.filter((component) => component.get('type').string().toLowerCase() === type);
  if (found.length > 1) throw templateParameterError(call.version, `There are two components of type ${type}.`);
  return found[0];
}

/** An offer that expires needs its time, in milliseconds since 1970; nothing else may have one. */
function checkLimitedTimeOffer(
  component: Param | undefined,
  { limitedTimeOffer }: TemplateOutline,
  { call }: TemplateContext,
): void {
  if (!component) {
    if (limitedTimeOffer?.expires) throw missingInSend('expiration_time_ms of the limited_time_offer component');
    return;
  }
  if (!limitedTimeOffer) throw templateParameterError(call.version, 'The template is not a limited-time offer');
  const parameters = component.get('parameters').items();
  checkCount('limited_time_offer', parameters.length, 1);
  for (const parameter of parameters) {
    parameter.get('type').oneOf(['limited_time_offer']);
    const expiration = parameter.get('limited_time_offer').object().get('expiration_time_ms');
    if (expiration.integer() <= 0) throw expiration.invalid('must be a Unix timestamp in milliseconds.');
  }
}

const MAX_CARD_BODY = 160;

/** As many cards as the template has, each index once, each filled like a small message. */
function checkCarousel(
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
