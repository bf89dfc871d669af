import { Account } from '../accounts/account.js';
import { invalidParam, missingInManagement } from '../errors/refusals.js';
import { readFields } from '../server/node-fields.js';
import { ok, type GraphCall, type GraphReply } from '../server/graph-call.js';
import { paginate } from '../server/paging.js';
import { on } from '../server/route.js';
import { createTemplate } from './create-template.js';
import { deleteTemplates } from './delete-templates.js';
import { editTemplate } from './edit-template.js';
import { Template } from './template.js';

/** Endpoints of templates. See Meta's page "Template management". */
export const templateRoutes = [
  on(Account, 'GET', 'message_templates', listTemplates),
  on(Account, 'POST', 'message_templates', (account, call) =>
    createTemplate(account, call.body(missingInManagement), call),
  ),
  on(Account, 'DELETE', 'message_templates', deleteTemplates),
  on(Template, 'GET', undefined, (template, call) => ok(readFields(template.fields(), call.query.get('fields')))),
  on(Template, 'POST', undefined, (template, call) => editTemplate(template, call.body(missingInManagement), call)),
];

function listTemplates(account: Account, call: GraphCall): GraphReply {
  const { items, paging } = paginate(account.templates, filterOf(call), call);
  const fields = call.query.get('fields');
  const summary = summaryOf(account, call);
  return ok({
    data: items.map((template) => readFields(template.fields(), fields)),
    ...(paging && { paging }),
    ...(summary && { summary }),
  });
}

function filterOf({ query }: GraphCall): (template: Template) => boolean {
  const name = query.get('name');
  const nameOrContent = query.get('name_or_content')?.toLowerCase();
  const language = query.get('language');
  const status = query.get('status')?.toUpperCase();
  const category = query.get('category')?.toUpperCase();
  const quality = query.get('quality_score')?.toUpperCase();
  return (template) =>
    (name === null || template.name === name) &&
    (nameOrContent === undefined ||
      `${template.name} ${template.outline.body.text}`.toLowerCase().includes(nameOrContent)) &&
    (language === null || template.language === language) &&
    (status === undefined || template.status === status) &&
    (category === undefined || template.category === category) &&
    (quality === undefined || template.qualityScore === quality);
}

function summaryOf(account: Account, call: GraphCall): Record<string, unknown> | undefined {
  const requested = call.query.get('summary');
  if (requested === null || requested === '') return undefined;
  const count = account.templates.length;
  const summary: Record<string, unknown> = {
    total_count: count,
    message_template_count: count,
    message_template_limit: account.templateLimit,
    are_translations_complete: true,
  };
  if (/^(?:true|1)$/.test(requested)) return summary;
  const names = requested.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(summary, name));
  if (unknown !== undefined) throw invalidParam('summary', `must not name the unknown field "${unknown}".`);
  return Object.fromEntries(names.map((name) => [name, summary[name]]));
}
