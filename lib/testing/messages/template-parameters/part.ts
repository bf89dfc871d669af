import { templateParameterError } from '../../errors/refusals.js';
import type { Param } from '../../server/param.js';
import type { PartOutline } from '../../templates/template-outline.js';
import { checkButtons } from './buttons.js';
import { checkHeader } from './header.js';
import type { TemplateContext } from './template-context.js';
import { checkTextParameters } from './text-parameters.js';

/** Checks header, body and buttons of a message, or of a carousel's card. */
export function checkPart(components: readonly Param[], outline: PartOutline, context: TemplateContext): void {
  const byType = new Map<string, Param[]>();
  for (const component of components) {
    const type = component.get('type').string().toLowerCase();
    byType.set(type, [...(byType.get(type) ?? []), component]);
  }
  for (const type of ['header', 'body']) {
    if ((byType.get(type)?.length ?? 0) < 2) continue;
    throw templateParameterError(context.call.version, `There are two components of type ${type}.`);
  }
  const parametersOf = (type: string) => byType.get(type)?.[0]?.get('parameters').optionalItems() ?? [];
  checkHeader(parametersOf('header'), outline.header, context);
  checkTextParameters('body', parametersOf('body'), outline.body, context);
  checkButtons(byType.get('button') ?? [], outline.buttons, context);
}
