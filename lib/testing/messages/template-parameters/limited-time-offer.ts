import { missingInSend, templateParameterError } from '../../errors/refusals.js';
import type { Param } from '../../server/param.js';
import type { TemplateOutline } from '../../templates/template-outline.js';
import { checkCount } from './parameter-count.js';
import type { TemplateContext } from './template-context.js';

/** An offer that expires must be told when, in milliseconds since 1970; nothing else may be. */
export function checkLimitedTimeOffer(
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
