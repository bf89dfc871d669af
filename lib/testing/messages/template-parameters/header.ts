import { GraphError } from '../../errors/graph-error.js';
import type { Param } from '../../server/param.js';
import type { HeaderOutline } from '../../templates/template-outline.js';
import { checkMedia } from '../media-content.js';
import { checkLocation } from '../plain-messages.js';
import { checkCount } from './parameter-count.js';
import type { TemplateContext } from './template-context.js';
import { checkTextParameters } from './text-parameters.js';

/** Checks what a header is given: text for its variable, a file, a location or a product. */
export function checkHeader(
  parameters: readonly Param[],
  outline: HeaderOutline | undefined,
  context: TemplateContext,
): void {
  if (!outline) {
    checkCount('header', parameters.length, 0);
    return;
  }
  if (outline.format === 'TEXT') {
    checkTextParameters('header', parameters, outline.text, context);
    return;
  }
  const [parameter] = parameters;
  const received = parameter?.object().get('type').string().toUpperCase() ?? 'UNKNOWN';
  if (!parameter || received !== outline.format) {
    throw new GraphError(132012, {
      details: `header: Format mismatch, expected ${outline.format}, received ${received}`,
    });
  }
  checkCount('header', parameters.length, 1);
  checkValue(parameter, outline.format, context);
}

function checkValue(parameter: Param, format: string, context: TemplateContext): void {
  const value = parameter.get(format.toLowerCase());
  switch (format) {
    case 'LOCATION':
      checkLocation(value);
      break;
    case 'PRODUCT':
      value.object().get('catalog_id').string();
      value.get('product_retailer_id').string();
      break;
    default:
      checkMedia(value, context, { caption: false });
  }
}
