import { isJsonObject } from '../../server/json.js';
import type { Param } from '../../server/param.js';
import type { TemplateComponent } from '../template.fixture.js';
import { templateError } from '../template-error.js';
import { readAuthenticationComponents } from './authentication-components.js';
import type { ComponentContext } from './component-context.js';
import { checkBody, checkFooter, checkHeader, checkLimitedTimeOffer } from './component-rules.js';
import { checkButtons } from './button-rules.js';
import { checkCarousel } from './carousel-rules.js';

const TYPES = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'CAROUSEL', 'LIMITED_TIME_OFFER', 'CALL_PERMISSION_REQUEST'];

/** Checks the components of a new template by Meta's rules and returns them as Meta will list them. */
export function readComponents(components: Param, context: ComponentContext): TemplateComponent[] {
  const byType = new Map<string, Param>();
  for (const component of components.items()) {
    const type = component.get('type').oneOf(TYPES);
    if (byType.has(type)) throw components.invalid(`must not have two components of type ${type}.`);
    byType.set(type, component);
  }
  const body = byType.get('BODY');
  if (!body) throw templateError('body', 'A template needs a component of type BODY.');
  if (context.category === 'AUTHENTICATION') return readAuthenticationComponents(byType, components);

  const offer = byType.get('LIMITED_TIME_OFFER');
  checkBody(body, context, 'message');
  checkHeader(byType.get('HEADER'), context, offer !== undefined);
  checkFooter(byType.get('FOOTER'), offer !== undefined);
  checkLimitedTimeOffer(offer);
  checkButtons(byType.get('BUTTONS'));
  checkCarousel(byType.get('CAROUSEL'), context);
  return components.items().map(asListed);
}

/** The component with its constants in upper case, as they are read back. */
function asListed(component: Param): TemplateComponent {
  const listed = upperCased(component.value);
  if (!isTemplateComponent(listed)) throw component.invalid('must be a template component.');
  return listed;
}

function upperCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(upperCased);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      (key === 'type' || key === 'format') && typeof member === 'string' ? member.toUpperCase() : upperCased(member),
    ]),
  );
}

function isTemplateComponent(value: unknown): value is TemplateComponent {
  return isJsonObject(value) && typeof value['type'] === 'string';
}
