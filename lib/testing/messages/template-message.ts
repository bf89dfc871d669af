import { GraphError } from '../errors/graph-error.js';
import { templateParameterError } from '../errors/refusals.js';
import type { TemplateNode } from '../graph-node.js';
import type { Param } from '../server/param.js';
import type { MessageContext } from './message-context.js';
import { checkCarousel } from './template-parameters/carousel.js';
import { checkLimitedTimeOffer } from './template-parameters/limited-time-offer.js';
import { checkPart } from './template-parameters/part.js';
import type { TemplateContext } from './template-parameters/template-context.js';

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
