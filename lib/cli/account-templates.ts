import { suggestion } from '../did-you-mean.js';
import type { GraphTemplate } from '../graph/graph-api.types.js';
import type { TemplateComponent, TemplateDefinition } from '../templates/template-component.js';
import { variablesOf } from '../templates/variables/template-variables.js';
import type { MetaAccess } from './meta-access.js';
import { CommandError } from './terminal.js';

/** A template as Meta has it now. */
export interface AccountTemplate extends TemplateDefinition {
  readonly id: string;
  readonly status: string;
  readonly category: string;
}

const FIELDS = ['id', 'name', 'language', 'status', 'category', 'parameter_format', 'components'];

/** Every template of an account, by name and language. */
export async function listTemplates(meta: MetaAccess, account: string): Promise<AccountTemplate[]> {
  const fetched = await meta.list<GraphTemplate<TemplateComponent>>([account, 'message_templates'], {
    fields: FIELDS,
    limit: 100,
  });
  return fetched.map(read).toSorted((a, b) => compare(a.name, b.name) || compare(a.language, b.language));
}

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

function read(template: GraphTemplate<TemplateComponent>): AccountTemplate {
  const { id, name, language, status = 'UNKNOWN', category = 'UNKNOWN', components = [] } = template;
  const parameterFormat = template.parameter_format?.toUpperCase() === 'NAMED' ? 'NAMED' : 'POSITIONAL';
  return {
    id,
    name,
    language,
    status: status.toUpperCase(),
    category: category.toUpperCase(),
    parameterFormat,
    components,
  };
}

/** The names that values are given by; those of buttons go into the button variables. */
export const variableNamesOf = (template: AccountTemplate): string[] => [
  ...new Set(variablesOf(template).map(({ name }) => name)),
];

/** One template. @throws CommandError that names what is there instead */
export async function findTemplate(
  meta: MetaAccess,
  account: string,
  { name, language }: { readonly name: string; readonly language: string | undefined },
): Promise<AccountTemplate> {
  const templates = await listTemplates(meta, account);
  const named = templates.filter((template) => template.name === name);
  const meant = suggestion(name, new Set(templates.map((template) => template.name)));
  if (named.length === 0) throw new CommandError(`The account has no template "${name}".${meant}`, 1);
  const fitting = language === undefined ? named : named.filter((template) => template.language === language);
  const languages = named.map((template) => template.language).join(', ');
  if (fitting.length === 0) throw new CommandError(`"${name}" has no language "${language}"; it has ${languages}.`, 1);
  const [template] = fitting;
  if (!template || fitting.length > 1) {
    throw new CommandError(`"${name}" has several languages: choose one of ${languages} with --language.`);
  }
  return template;
}
