import type { Account } from '../accounts/account.js';
import { ok, type GraphCall, type GraphReply } from '../server/graph-call.js';
import type { Param } from '../server/param.js';
import { readComponents, readTimeToLive } from './rules/read-components.js';
import { templateError } from '../errors/graph-error.js';

const CATEGORIES = ['AUTHENTICATION', 'MARKETING', 'UTILITY'];
const DAY_MS = 86_400_000;

/** Checks a new template and files it as `PENDING`; set `status` on it to play Meta's review. */
export function createTemplate(account: Account, body: Param, call: GraphCall): GraphReply {
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
  return ok({ id: template.id, status: template.status, category: template.category });
}

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
export const SETTINGS: readonly string[] = [...OBJECTS, ...BOOLEANS, ...TEXTS];

/** Those that are given. */
export function readSettings(body: Param): Record<string, unknown> {
  const given = SETTINGS.filter((name) => body.get(name).given);
  for (const name of given) {
    const setting = body.get(name);
    if (OBJECTS.includes(name)) setting.object();
    else if (TEXTS.includes(name)) setting.string();
    else if (typeof setting.value !== 'boolean') throw setting.invalid('must be a boolean.');
  }
  return Object.fromEntries(given.map((name) => [name, body.get(name).value]));
}
