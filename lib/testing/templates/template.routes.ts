import { Account } from '../accounts/account.js';
import { invalidParam, missingInManagement, templateError } from '../errors/graph-error.js';
import { readFields } from '../server/node-fields.js';
import { ok, type GraphCall, type GraphReply, SUCCESS, on } from '../server/graph-call.js';
import { paginate } from '../server/paging.js';
import { createTemplate, readSettings, SETTINGS } from './create-template.js';
import { Template } from './template.js';
import type { Param } from '../server/param.js';
import { readComponents, readTimeToLive } from './rules/read-components.js';
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

/** Deletes every language of a name or, with `hsm_id` in addition to the name, one of them. */
function deleteTemplates(account: Account, call: GraphCall): GraphReply {
  const name = call.query.get('name');
  const id = call.query.get('hsm_id');
  if (name === null || name === '') throw missingInManagement('name');
  const doomed = account.templates.filter((template) => template.name === name && (id === null || template.id === id));
  if (doomed.length === 0) throw templateError('notFound', `There is no template ${name} to delete.`);
  if (doomed.some((template) => template.status === 'DISABLED')) {
    throw templateError('notEditable', `The template ${name} is disabled and cannot be deleted.`);
  }
  for (const template of doomed) {
    if (template.status === 'APPROVED') account.deletedNames.set(name, call.graph.now());
    account.removeTemplate(template);
  }
  return SUCCESS;
}

const EDITABLE = new Set(['APPROVED', 'REJECTED', 'PAUSED']);

const CATEGORIES = ['AUTHENTICATION', 'MARKETING', 'UTILITY'];

const DAY_MS = 86_400_000;

/** Replaces components, category or time to live of a template; changed components go back to review. */
function editTemplate(template: Template, body: Param, call: GraphCall): GraphReply {
  if (!body.firstOf('components', 'category', 'message_send_ttl_seconds', ...SETTINGS)) {
    throw missingInManagement('components');
  }
  if (body.get('cta_url_link_tracking_opted_out').given && !body.get('category').given) {
    throw missingInManagement('category');
  }
  if (!EDITABLE.has(template.status)) {
    throw templateError('notEditable', `A template that is ${template.status} cannot be edited.`);
  }
  const now = call.graph.now();
  if (template.status === 'APPROVED') checkEditsOfApproved(template, body, now);

  const category = body.get('category').given ? body.get('category').oneOf(CATEGORIES) : template.category;
  const components = body.get('components').given
    ? readComponents(body.get('components'), { category, format: template.parameterFormat })
    : undefined;
  const timeToLive = readTimeToLive(body.get('message_send_ttl_seconds'), category);

  const settings = readSettings(body);

  if (template.status === 'APPROVED') template.edits.push(now);
  Object.assign(template.settings, settings);
  template.category = category;
  template.timeToLive = timeToLive ?? template.timeToLive;
  if (components) {
    template.components = components;
    template.status = 'PENDING';
  }
  return SUCCESS;
}

function checkEditsOfApproved(template: Template, body: Param, now: number): void {
  if (body.get('category').given && body.get('category').string().toUpperCase() !== template.category) {
    throw templateError('notEditable', 'The category of an approved template cannot be changed.');
  }
  const recent = (days: number) => template.edits.filter((time) => time > now - days * DAY_MS).length;
  if (recent(1) >= 1 || recent(30) >= 10) {
    throw templateError('notEditable', 'An approved template can be edited once in 24 hours and 10 times in 30 days.');
  }
}
