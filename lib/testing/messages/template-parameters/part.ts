import { type Param, countCharacters } from '../../server/param.js';
import {
  type PartOutline,
  type HeaderOutline,
  type TextOutline,
  type ButtonOutline,
  hydrate,
} from '../../templates/template-outline.js';
import { GraphError, templateParameterError, invalidValue } from '../../errors/graph-error.js';
import { checkGif, checkLocation, checkMedia } from '../interactive-actions.js';
import { BUTTON_RULES, SUB_TYPES, checkCount, readText, type TemplateContext } from './button-parameters.js';

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

/** Checks what a header is given: text for its variable, a file, a location or a product. */
function checkHeader(parameters: readonly Param[], outline: HeaderOutline | undefined, context: TemplateContext): void {
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
    case 'GIF':
      checkMedia(value, context, { caption: false });
      checkGif(value.get('id'), context);
      break;
    default:
      checkMedia(value, context, { caption: false });
  }
}

const MAX_HEADER = 60;

/** Checks the values for a text's variables: count, kind, names, form, and the length of the text that comes out. */
function checkTextParameters(
  part: 'header' | 'body',
  parameters: readonly Param[],
  outline: TextOutline,
  context: TemplateContext,
): void {
  checkCount(part, parameters.length, outline.variables.length);
  const values = new Map<string, string>();
  for (const [index, parameter] of parameters.entries()) {
    const name =
      context.format === 'NAMED' ? readName(parameter, outline, context) : position(parameter, index, context);
    if (values.has(name)) throw templateParameterError(context.call.version, `${part}: {{${name}}} is given twice`);
    values.set(name, readValue(part, parameter, context));
  }
  const length = countCharacters(hydrate(outline.text, values));
  const max = part === 'header' ? MAX_HEADER : context.maxBody;
  if (length > max) {
    throw new GraphError(132005, { details: `${part}: text has ${length} characters, at most ${max} are allowed` });
  }
}

function readName(parameter: Param, outline: TextOutline, { call }: TemplateContext): string {
  const name = parameter.get('parameter_name').value;
  if (typeof name !== 'string' || name === '') {
    throw new GraphError(100, { details: 'Parameter name is missing or empty' });
  }
  if (outline.variables.includes(name)) return name;
  throw templateParameterError(call.version, `Parameter name ${name} is not a variable of the template`);
}

function position(parameter: Param, index: number, { call }: TemplateContext): string {
  if (parameter.get('parameter_name').given) {
    throw templateParameterError(call.version, 'Parameter names can be given for a template of format NAMED only');
  }
  return String(index + 1);
}

function readValue(part: 'header' | 'body', parameter: Param, { call }: TemplateContext): string {
  const type = parameter.object().get('type').string().toLowerCase();
  if (type === 'text') return readText(parameter.get('text'), call.version);
  if (part === 'body' && (type === 'currency' || type === 'date_time'))
    return readLocalizable(parameter.get(type), type);
  const received = type.toUpperCase();
  throw new GraphError(132012, { details: `${part}: Format mismatch, expected TEXT, received ${received}` });
}

/** Meta shows the fallback value; the rest has to be there all the same. */
function readLocalizable(value: Param, type: 'currency' | 'date_time'): string {
  const fallback = value.object().get('fallback_value').string();
  if (type === 'currency') {
    value.get('code').string();
    value.get('amount_1000').integer();
  }
  return fallback;
}

/** Checks that each button component fits the template's button of that index, and that none is missing. */
function checkButtons(
  components: readonly Param[],
  outlines: readonly ButtonOutline[],
  context: TemplateContext,
): void {
  const seen = new Set<number>();
  for (const component of components) {
    const index = component.get('index').integer();
    const subType = component.get('sub_type').oneOf(SUB_TYPES);
    const outline = outlines[index];
    if (!outline) throw invalidValue(`buttons: The template has no button at index ${index}`);
    if (seen.has(index)) throw invalidValue(`buttons: There are two components for the button at index ${index}`);
    seen.add(index);
    checkButton(component, subType, outline, index, context);
  }
  for (const [index, outline] of outlines.entries()) {
    const isMissing = !seen.has(index) && BUTTON_RULES.get(outline.type)?.needsParameter(outline);
    if (isMissing) throw missingParameter(index, outline);
  }
}

function checkButton(
  component: Param,
  subType: string,
  outline: ButtonOutline,
  index: number,
  context: TemplateContext,
): void {
  const rule = BUTTON_RULES.get(outline.type);
  if (!rule) throw unsuitable(index, outline, 'does not support parameters');
  if (rule.subType !== subType) throw unsuitable(index, outline, `is not a ${subType.toLowerCase()} button`);
  const parameters = component.get('parameters').optionalItems();
  const [parameter] = parameters;
  if (!parameter) {
    if (rule.needsParameter(outline)) throw missingParameter(index, outline);
    return;
  }
  const types = [rule.parameter, ...(rule.further ?? [])];
  if (parameters.length > types.length)
    throw unsuitable(index, outline, types.length > 1 ? `has ${types.length} parameters` : 'has one parameter');
  for (const each of parameters) {
    const type = each.object().get('type').string().toLowerCase();
    if (types.includes(type)) continue;
    throw new GraphError(132012, {
      details: `buttons: Format mismatch at index ${index}, expected ${rule.parameter}, received ${type}`,
    });
  }
  if (outline.type === 'URL' && !rule.needsParameter(outline)) {
    throw unsuitable(index, outline, 'does not support parameters');
  }
  for (const each of parameters) rule.check(each, outline, context);
}

function missingParameter(index: number, outline: ButtonOutline): GraphError {
  return new GraphError(131008, {
    details: `buttons: Button at index ${index} of type ${nameOf(outline)} requires a parameter`,
  });
}

function unsuitable(index: number, outline: ButtonOutline, why: string): GraphError {
  return new GraphError(100, { details: `buttons: Button at index ${index} is of type ${nameOf(outline)} and ${why}` });
}

/** Meta's words for a kind of button, which are not those of its type. */
function nameOf({ type }: ButtonOutline): string {
  if (type === 'PHONE_NUMBER') return 'Call';
  return type
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}
