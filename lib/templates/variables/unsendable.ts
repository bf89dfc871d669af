import { headerFormatOf } from './header-variables.js';
import { parsePlaceholders } from './placeholders.js';
import { buttonTypeOf } from '../template-button.js';
import type { TemplatePart } from './template-part.js';
import { buttonInWords } from './variable-place.js';

const SENDABLE_HEADERS = new Set(['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'PRODUCT', 'NONE']);

/** Why a part cannot be sent whatever is given: it needs input of a kind that this module cannot give. */
export function unsendableReasons(part: TemplatePart): string[] {
  const reasons: string[] = [];
  const format = headerFormatOf(part);
  if (format === 'GIF') {
    reasons.push("cannot fill the template's GIF header, which only Meta's Marketing Messages API sends.");
  } else if (format && !SENDABLE_HEADERS.has(format)) {
    reasons.push(`cannot fill the template's header: its format ${format} is not known here.`);
  }
  for (const component of part.unknown.filter(({ text }) => parsePlaceholders(text ?? '').length > 0)) {
    reasons.push(
      `cannot fill the template's ${component.type} component, which has variables of a kind not known here.`,
    );
  }
  part.buttons.forEach((button, index) => {
    const hasVariable = parsePlaceholders(`${button.url ?? ''} ${button.text ?? ''}`).length > 0;
    if (hasVariable && buttonTypeOf(button) !== 'URL' && buttonTypeOf(button) !== 'OTP') {
      reasons.push(`cannot fill ${buttonInWords(part, index)}, which has a variable of a kind not known here.`);
    }
  });
  return reasons;
}
