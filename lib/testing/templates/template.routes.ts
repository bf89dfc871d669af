import { Account } from '../accounts/account.js';
import { invalidParam, missingInManagement, templateError } from '../errors/graph-error.js';
import { readFields } from '../server/node-fields.js';
import { ok, type GraphCall, type GraphReply, SUCCESS, on } from '../server/graph-call.js';
import { paginate } from '../server/paging.js';
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

/** Checks a new template and files it as `PENDING`; set `status` on it to play Meta's review. */
function createTemplate(account: Account, body: Param, call: GraphCall): GraphReply {
  const name = readName(body.get('name'));
  const language = readLanguage(body.get('language'));
  const category = body.get('category').oneOf(CATEGORIES);
  const format = body.get('parameter_format').given
    ? body.get('parameter_format').oneOf(['POSITIONAL', 'NAMED'])
    : 'POSITIONAL';
  const components = readComponents(body.get('components'), { category, format });
  const timeToLive = readTimeToLive(body.get('message_send_ttl_seconds'), category);
  checkRoom(account, name, language, call.graph.now());

  const settings = readSettings(body);
  const template = account.addTemplate({
    name,
    language,
    category,
    status: 'PENDING',
    parameter_format: format,
    components,
    ...(timeToLive !== undefined && { message_send_ttl_seconds: timeToLive }),
  });
  Object.assign(template.settings, settings);
  template.adSyncedAt = call.graph.now() + AD_SYNC_MS;
  return ok({ id: template.id, status: template.status, category: template.category });
}

/** Milliseconds that the Marketing Messages API takes over a new template. */
const AD_SYNC_MS = 600_000;

function readName(name: Param): string {
  const text = name.text(512);
  if (!/^[a-z0-9_]+$/.test(text)) throw name.invalid('must have lowercase letters, digits and underscores only.');
  return text;
}

function readLanguage(language: Param): string {
  const text = language.string();
  if (!/^[a-z]{2,3}(?:_[A-Z]{2,4})?$/.test(text))
    throw language.invalid('must be a language code such as en or en_US.');
  return text;
}

function checkRoom(account: Account, name: string, language: string, now: number): void {
  if (account.template(name, language)) {
    throw templateError('duplicate', `There is already ${language} content for the template ${name}.`);
  }
  if (now < (account.deletedNames.get(name) ?? -Infinity) + 30 * DAY_MS) {
    throw templateError('nameResting', `The name ${name} cannot be used until 30 days after its template was deleted.`);
  }
  if (account.templates.length >= account.templateLimit) {
    throw templateError('limitExceeded', `The account can have ${account.templateLimit} templates.`);
  }
}

const OBJECTS = ['degrees_of_freedom_spec', 'optimization_spec', 'bid_spec', 'creative_sourcing_spec'];

const BOOLEANS = ['cta_url_link_tracking_opted_out', 'is_primary_device_delivery_only'];

const TEXTS = ['display_format', 'sub_category'];

/** Settings that a template is created or edited with, by Meta's names. */
const SETTINGS: readonly string[] = [...OBJECTS, ...BOOLEANS, ...TEXTS];

/** Those that are given. */
function readSettings(body: Param): Record<string, unknown> {
  const given = SETTINGS.filter((name) => body.get(name).given);
  for (const name of given) {
    const setting = body.get(name);
    if (OBJECTS.includes(name)) setting.object();
    else if (TEXTS.includes(name)) setting.string();
    else if (typeof setting.value !== 'boolean') throw setting.invalid('must be a boolean.');
  }
  return Object.fromEntries(given.map((name) => [name, body.get(name).value]));
}
