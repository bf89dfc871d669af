import { isPhoneCountryCode, normalizePhoneNumber, toE164 } from '../contacts/phone-number.js';
import { isUserId } from '../contacts/reported-contact.js';
import type { GraphPhoneNumber, GraphSendResponse } from '../graph/graph-api.types.js';
import { isJsonObject, type JsonObject } from '../graph/json.js';
import { fillTemplate, previewTemplate } from '../templates/variables/fill-template.js';
import type { TemplateVariables } from '../templates/variables/variable-values.js';
import { findTemplate } from './account-templates.js';
import { MetaAccess } from './meta-access.js';
import { type CliSettings, readSettings, requireSetting, secretsOf, type SettingFlags } from './settings.js';
import { CommandError, type Terminal, withoutSecrets } from './terminal.js';

/** Flags of `send`. */
export interface SendFlags extends SettingFlags {
  readonly template?: string;
  readonly language?: string;
  readonly variables?: string;
  readonly buttonVariables?: string;
  readonly text?: string;
}

/** Sends one message, straight to Meta. */
export async function send(to: string, flags: SendFlags, terminal: Terminal): Promise<number> {
  const settings = readSettings(terminal, flags);
  const { print } = withoutSecrets(terminal, secretsOf(settings));
  if (flags.text !== undefined && flags.template !== undefined) {
    throw new CommandError('--text and --template exclude each other.');
  }
  const recipient = readRecipient(to, settings);
  const meta = new MetaAccess(settings);
  try {
    const from = settings.phoneNumberId ?? (await onlyNumber(meta, settings));
    const { content, preview } = await contentOf(flags, settings, meta);
    const body = { messaging_product: 'whatsapp', recipient_type: 'individual', ...recipient, ...content };
    const { messages = [] } = await meta.post<GraphSendResponse>([from, 'messages'], body);
    print(preview);
    print(`\nAccepted by Meta: ${messages[0]?.id ?? 'without an id'}`);
    print('The app does not know of this message: no row is kept, and its statuses lead to no message there.');
    return 0;
  } finally {
    await meta.close();
  }
}

function readRecipient(to: string, { defaultCountry }: CliSettings): { to: string } | { recipient: string } {
  if (isUserId(to)) return { recipient: to };
  const country = defaultCountry !== undefined && isPhoneCountryCode(defaultCountry) ? defaultCountry : undefined;
  const { digits, problem } = normalizePhoneNumber(to, country);
  if (digits === undefined) throw new CommandError(`The recipient ${problem}`);
  return { to: toE164(digits) };
}

async function onlyNumber(meta: MetaAccess, settings: CliSettings): Promise<string> {
  const account = requireSetting(settings, 'businessAccountId');
  const numbers = await meta.list<GraphPhoneNumber>([account, 'phone_numbers'], {
    fields: ['id', 'display_phone_number'],
  });
  const [number] = numbers;
  if (number && numbers.length === 1) return number.id;
  const named = numbers.map(({ id, display_phone_number }) => `${id} (${display_phone_number ?? 'no number'})`);
  throw new CommandError(
    number
      ? `The account has several phone numbers: choose one with --phone-number: ${named.join(', ')}.`
      : 'The account has no phone number.',
    1,
  );
}

interface Content {
  readonly content: object;
  /** What the recipient reads, and what is to be known of it. */
  readonly preview: string;
}

async function contentOf(flags: SendFlags, settings: CliSettings, meta: MetaAccess): Promise<Content> {
  if (flags.text !== undefined) {
    if (flags.text.trim() === '') throw new CommandError('--text is empty.');
    const preview = `${flags.text}\n\nIt arrives only within 24 hours of the last message that the person wrote.`;
    return { content: { type: 'text', text: { body: flags.text } }, preview };
  }
  const account = requireSetting(settings, 'businessAccountId');
  const { template: name = 'hello_world', language } = flags;
  const template = await findTemplate(meta, account, { name, language });
  const given = {
    variables: readValues(flags.variables, '--variables'),
    buttonVariables: readValues(flags.buttonVariables, '--button-variables'),
  };
  const input: TemplateVariables = isInput(given) ? given : {};
  const { problems, components } = fillTemplate(template, input);
  if (problems.length > 0) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    throw new CommandError(`Nothing was sent. "${template.name}" in ${template.language}:\n${lines.join('\n')}`, 1);
  }
  if (template.status !== 'APPROVED') {
    throw new CommandError(`Nothing was sent: "${template.name}" in ${template.language} is ${template.status}.`, 1);
  }
  const call = {
    name: template.name,
    language: { code: template.language },
    ...(components.length > 0 && { components }),
  };
  return { content: { type: 'template', template: call }, preview: previewTemplate(template, input) };
}

function readValues(json: string | undefined, flag: string): JsonObject | undefined {
  if (json === undefined) return undefined;
  let values: unknown;
  try {
    values = JSON.parse(json);
  } catch {
    values = undefined;
  }
  if (isJsonObject(values)) return values;
  throw new CommandError(`${flag} must be JSON: an object with values by name, such as '{"name":"Ana"}'.`);
}

/** Whether it is right for the template is seen when that is filled, value by value. */
const isInput = (input: object): input is TemplateVariables =>
  Object.values(input).every((values) => values === undefined || isJsonObject(values));
