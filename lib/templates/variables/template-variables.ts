import { headerVariables, isPosition, placeholderNames, partsOf, type TemplatePart } from './template-part.js';
import {
  type TemplateDefinition,
  isOneTimeCodeButton,
  buttonTypeOf,
  type TemplateButton,
} from '../template-component.js';
import type { TemplateVariable, TemplateVariableKind } from './template-variable.js';

export type { TemplateVariable } from './template-variable.js';

/**
 * What a caller may or must give to send a template: header, body, limited-time offer, buttons, then the cards of a
 * carousel. A one-time code is listed once, in the body, although a button carries it too.
 */
export function variablesOf(template: TemplateDefinition): TemplateVariable[] {
  const { main, cards } = partsOf(template);
  return [main, ...cards].flatMap((part) => {
    const variables = variablesOfPart(part);
    return variables.filter((variable) => !isFilledFromBody(variable, variables));
  });
}

const known = new WeakMap<TemplatePart, readonly TemplateVariable[]>();

/** The variables of the template itself or of one card, with the buttons that a one-time code of the body fills. */
export function variablesOfPart(part: TemplatePart): readonly TemplateVariable[] {
  const variables = known.get(part) ?? listVariables(part);
  known.set(part, variables);
  return variables;
}

function listVariables(part: TemplatePart): TemplateVariable[] {
  const variables = [
    ...headerVariables(part),
    ...bodyVariables(part),
    ...offerVariables(part),
    ...buttonVariables(part),
  ];
  const { card } = part;
  return card === undefined ? variables : variables.map((variable) => ({ ...variable, card }));
}

/** Whether a button takes its one-time code from the body's variable. */
export function isFilledFromBody(variable: TemplateVariable, variables: readonly TemplateVariable[]): boolean {
  return variable.component === 'BUTTON' && variable.kind === 'ONE_TIME_CODE' && Boolean(oneTimeCodeOf(variables));
}

/** The body's variable that is a one-time code. */
export function oneTimeCodeOf(variables: readonly TemplateVariable[]): TemplateVariable | undefined {
  return variables.find((variable) => variable.component === 'BODY' && variable.kind === 'ONE_TIME_CODE');
}

function bodyVariables(part: TemplatePart): TemplateVariable[] {
  const { body_text: positional, body_text_named_params: named } = part.body?.example ?? {};
  const carriesCode = part.buttons.some(isOneTimeCodeButton);
  return placeholderNames(part.body?.text ?? '').map((name, index) => ({
    name,
    type: 'TEXT',
    component: 'BODY',
    position: isPosition(name) ? Number(name) : index + 1,
    isRequired: true,
    kind: carriesCode && index === 0 ? 'ONE_TIME_CODE' : 'TEXT',
    placeholder: name,
    example: part.named ? named?.find(({ param_name }) => param_name === name)?.example : positional?.[0]?.[index],
  }));
}

function offerVariables(part: TemplatePart): TemplateVariable[] {
  const offer = part.offer?.limited_time_offer;
  if (!part.offer || offer?.has_expiration === false) return [];
  return [
    {
      name: 'limited_time_offer',
      type: 'TEXT',
      component: 'BODY',
      position: 1,
      isRequired: offer?.has_expiration === true,
      kind: 'OFFER_EXPIRATION',
    },
  ];
}

/** What the buttons take, in the order of the buttons; most take nothing. */
function buttonVariables(part: TemplatePart): TemplateVariable[] {
  return part.buttons.flatMap((button, buttonIndex) => {
    const kind = kindOf(button);
    if (!kind) return [];
    return {
      name: `button_${buttonIndex}`,
      type: 'TEXT' as const,
      component: 'BUTTON' as const,
      position: buttonIndex + 1,
      isRequired: !OPTIONAL.has(kind),
      kind,
      buttonIndex,
      buttonType: buttonTypeOf(button),
      example: kind === 'ONE_TIME_CODE' ? undefined : exampleOf(button),
    };
  });
}

const OPTIONAL: ReadonlySet<TemplateVariableKind> = new Set(['QUICK_REPLY_PAYLOAD', 'VOICE_CALL', 'FLOW', 'CATALOG']);

function kindOf(button: TemplateButton): TemplateVariableKind | undefined {
  if (isOneTimeCodeButton(button)) return 'ONE_TIME_CODE';
  switch (buttonTypeOf(button)) {
    case 'URL':
      return placeholderNames(button.url ?? '').length > 0 ? 'URL_SUFFIX' : undefined;
    case 'QUICK_REPLY':
      return 'QUICK_REPLY_PAYLOAD';
    case 'VOICE_CALL':
      return 'VOICE_CALL';
    case 'COPY_CODE':
      return 'COUPON_CODE';
    case 'FLOW':
      return 'FLOW';
    case 'CATALOG':
      return 'CATALOG';
    case 'MPM':
      return 'MULTI_PRODUCT';
    default:
      return undefined;
  }
}

function exampleOf({ example }: TemplateButton): string | undefined {
  return typeof example === 'string' ? example : example?.[0];
}
