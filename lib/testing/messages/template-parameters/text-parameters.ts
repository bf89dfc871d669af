import { GraphError } from '../../errors/graph-error.js';
import { templateParameterError } from '../../errors/refusals.js';
import { countCharacters } from '../../server/characters.js';
import type { Param } from '../../server/param.js';
import { hydrate } from '../../templates/placeholders.js';
import type { TextOutline } from '../../templates/template-outline.js';
import { checkCount } from './parameter-count.js';
import type { TemplateContext } from './template-context.js';
import { readText } from './text-hygiene.js';

const MAX_HEADER = 60;

/** Checks the values for a text's variables: count, kind, names, form, and the length of the text that comes out. */
export function checkTextParameters(
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
