import type { MessageComponent, MessageParameter } from '../message-component.js';
import { buttonTypeOf } from '../template-button.js';
import type { TemplatePart } from './template-part.js';
import type { TemplateVariable } from './template-variable.js';

/** Meta's components for the values of a part; what takes no value has none. */
export function componentsOfPart(
  part: TemplatePart,
  parameters: ReadonlyMap<TemplateVariable, MessageParameter>,
): MessageComponent[] {
  const texts = (['header', 'body', 'limited_time_offer'] as const).flatMap((type) => {
    const own = Array.from(parameters).filter(([variable]) => componentTypeOf(variable) === type);
    return own.length > 0 ? { type, parameters: own.map(([, parameter]) => parameter) } : [];
  });
  const buttons = Array.from(parameters).flatMap(([variable, parameter]) =>
    variable.buttonIndex === undefined ? [] : buttonComponent(part, variable.buttonIndex, parameter),
  );
  return [...texts, ...buttons];
}

/** Meta's `sub_type` for a button; one-time codes travel as the URL that Meta makes of them. */
export function subTypeOf(part: TemplatePart, buttonIndex: number): string {
  const button = part.buttons[buttonIndex];
  const type = button ? buttonTypeOf(button) : '';
  if (type === 'OTP') return 'url';
  return type === 'CATALOG' ? type : type.toLowerCase();
}

/**
 * Meta's `index` for a button. In a limited-time offer the code to copy is 0 and the address comes after it, however
 * the template lists them; everywhere else it is the place among all buttons.
 * See https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/marketing-templates/limited-time-offer-templates/
 */
export function messageIndexOf(part: TemplatePart, buttonIndex: number): number {
  const codeIndex = part.offer ? part.buttons.findIndex((button) => buttonTypeOf(button) === 'COPY_CODE') : -1;
  if (codeIndex === -1 || buttonIndex > codeIndex) return buttonIndex;
  return buttonIndex === codeIndex ? 0 : buttonIndex + 1;
}

function buttonComponent(part: TemplatePart, buttonIndex: number, parameter: MessageParameter): MessageComponent {
  return {
    type: 'button',
    sub_type: subTypeOf(part, buttonIndex),
    index: String(messageIndexOf(part, buttonIndex)),
    parameters: parameter.type === 'voice_call' ? parameter.parameters : [parameter],
  };
}

function componentTypeOf(variable: TemplateVariable): 'header' | 'body' | 'limited_time_offer' | undefined {
  if (variable.component === 'BUTTON') return undefined;
  if (variable.kind === 'OFFER_EXPIRATION') return 'limited_time_offer';
  return variable.component === 'HEADER' ? 'header' : 'body';
}
