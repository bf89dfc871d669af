import { placeholderNames } from './placeholders.js';
import { buttonTypeOf, isOneTimeCodeButton, type TemplateButton } from '../template-button.js';
import type { TemplatePart } from './template-part.js';
import type { TemplateVariable, TemplateVariableKind } from './template-variable.js';

/** What the buttons take, in the order of the buttons; most take nothing. */
export function buttonVariables(part: TemplatePart): TemplateVariable[] {
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
