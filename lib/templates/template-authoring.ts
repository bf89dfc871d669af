import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { suggestion } from '../did-you-mean.js';
import { ValidationError, type ValidationProblem } from '../errors.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphTemplateCreated } from '../graph/graph-api.types.js';
import { idIn, type JsonObject } from '../graph/json.js';
import {
  settingsForMeta,
  type TemplateDraft,
  type TemplateEdit,
  type TemplateSettings,
} from './drafts/template-draft.js';
import { TemplateStore } from './template-store.js';
import { TemplateSync } from './template-sync.js';
import { TemplateEntity } from './template.entity.js';
import { draftComponentProblems } from './drafts/draft-component-rules.js';
import { isSameWord, type TemplateDefinition } from './template-component.js';
import { isObject } from './variables/values/text-value.js';

/** Creates, edits and deletes templates at Meta and keeps the stored ones in step. */
@Injectable()
export class TemplateAuthoring {
  constructor(
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly credentials: AccountCredentials,
    private readonly templateSync: TemplateSync,
    private readonly store: TemplateStore,
    private readonly graph: GraphApiClient,
  ) {}

  async create(account: BusinessAccountEntity, draft: TemplateDraft): Promise<TemplateEntity> {
    refuse(checkTemplateDraft(draft));
    const { name, language, components } = draft;
    const created = await this.graph.post([account.businessAccountId, 'message_templates'], {
      credential: await this.credentials.of(account.businessAccountId),
      body: {
        name,
        language,
        category: draft.category,
        parameter_format: draft.parameterFormat,
        components,
        ...settingsForMeta(draft),
      },
      read: createdTemplate,
    });
    // Meta may have moved it to another category, which has another price: its answer counts, not the draft.
    await this.store.store(account.id, [
      {
        id: created.id,
        name,
        language,
        status: created.status ?? 'PENDING',
        category: created.category ?? draft.category,
        parameter_format: draft.parameterFormat,
        components,
      },
    ]);
    return this.templates.findOneByOrFail({ accountId: account.id, templateId: created.id });
  }

  async edit(account: BusinessAccountEntity, template: TemplateEntity, edit: TemplateEdit): Promise<TemplateEntity> {
    refuse(checkTemplateEdit(template, edit));
    // Meta takes this one with the category alone.
    const category = edit.category ?? (edit.ctaUrlLinkTrackingOptedOut === undefined ? undefined : template.category);
    await this.graph.post([template.templateId], {
      credential: await this.credentials.of(account.businessAccountId),
      body: { components: edit.components, category, ...settingsForMeta(edit) },
    });
    await this.templateSync.refresh(account, template.name);
    return this.templates.findOneByOrFail({ id: template.id });
  }

  async delete(account: BusinessAccountEntity, { id, templateId, name }: TemplateEntity): Promise<void> {
    const credential = await this.credentials.of(account.businessAccountId);
    const query = { hsm_id: templateId, name };
    await this.graph.delete([account.businessAccountId, 'message_templates'], { credential, query });
    await this.store.setStatus({ id }, 'DELETED');
  }
}

/** @throws Error without the template's id */
function createdTemplate(answer: JsonObject): GraphTemplateCreated {
  return { id: idIn(answer), status: text(answer['status']), category: text(answer['category']) };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function refuse(problems: ReturnType<typeof checkTemplateDraft>): void {
  if (problems.length > 0) throw new ValidationError(problems);
}

const MAX_NAME_LENGTH = 512;

/** How long Meta may be asked to try, in seconds; -1 means 30 days where it is allowed. */
const TTL = {
  AUTHENTICATION: { least: 30, most: 900, isEndlessAllowed: true },
  UTILITY: { least: 30, most: 43_200, isEndlessAllowed: true },
  MARKETING: { least: 43_200, most: 2_592_000, isEndlessAllowed: false },
} as const;

/**
 * Everything for which Meta would refuse to create a template, as far as its pages say, each with its path
 * (`name`, `components[0].text`, `components[2].buttons[1].url`).
 * See https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
 */
export function checkTemplateDraft(draft: TemplateDraft): ValidationProblem[] {
  return [
    ...unknownFields(draft, DRAFT_FIELDS),
    ...nameProblems(draft),
    ...categoryProblems(draft),
    ...settingProblems(draft),
    ...draftComponentProblems(draft),
  ];
}

/** The same of an edit: only what it changes is checked, because the rest may be older than today's rules. */
function checkTemplateEdit(
  { name, language, category: current = '', parameterFormat, components: kept }: TemplateDefinition,
  edit: TemplateEdit,
): ValidationProblem[] {
  const { category = current, components } = edit;
  const isEmpty = Object.values(edit).every((value) => value === undefined);
  if (isEmpty) return [{ path: 'components', message: 'or something else must be given: the edit changes nothing.' }];
  const edited = { name, language, parameterFormat, ...edit, category, components: components ?? kept };
  const isCategorized = edit.category !== undefined || edit.messageSendTtlSeconds !== undefined;
  return [
    ...unknownFields(edit, EDIT_FIELDS),
    ...(isCategorized ? categoryProblems(edited) : []),
    ...settingProblems(edit),
    ...(components === undefined ? [] : draftComponentProblems(edited)),
  ];
}

const OBJECTS = ['degreesOfFreedomSpec', 'optimizationSpec', 'bidSpec', 'creativeSourcingSpec'] as const;

const BOOLEANS = ['ctaUrlLinkTrackingOptedOut', 'isPrimaryDeviceDeliveryOnly'] as const;

const TEXTS = ['displayFormat', 'subCategory'] as const;

const EDIT_FIELDS = ['components', 'category', 'messageSendTtlSeconds', ...OBJECTS, ...BOOLEANS, ...TEXTS];

const DRAFT_FIELDS = ['name', 'language', 'parameterFormat', ...EDIT_FIELDS];

/** Refuses unknown fields, which would be left out of the call. */
const unknownFields = (given: object, known: readonly string[]): ValidationProblem[] =>
  Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: name,
      message: `is not known; there are ${known.join(', ')}.${suggestion(name, known)}`,
    }));

function settingProblems(settings: TemplateSettings): ValidationProblem[] {
  const given: { readonly [Name in keyof TemplateSettings]: unknown } = settings;
  const wrong = (names: readonly (keyof TemplateSettings)[], isRight: (value: unknown) => boolean, message: string) =>
    names.filter((name) => given[name] !== undefined && !isRight(given[name])).map((path) => ({ path, message }));
  return [
    ...wrong(OBJECTS, isObject, 'must be an object in the shape that Meta describes.'),
    ...wrong(BOOLEANS, (value) => typeof value === 'boolean', 'must be true or false.'),
    ...wrong(TEXTS, (value) => typeof value === 'string', 'must be text.'),
  ];
}

function nameProblems({ name, language, parameterFormat }: TemplateDraft): ValidationProblem[] {
  const problems: ValidationProblem[] = [];
  if (!/^[a-z0-9_]+$/.test(name)) {
    problems.push({
      path: 'name',
      message: 'must be lower-case letters a to z, digits and underscores, such as order_sent.',
    });
  }
  if (name.length > MAX_NAME_LENGTH) {
    problems.push({ path: 'name', message: `has ${name.length} characters; Meta takes at most ${MAX_NAME_LENGTH}.` });
  }
  if (!/^[a-z]{2,3}(?:_[A-Z]{2,3})?$/.test(language)) {
    problems.push({ path: 'language', message: 'must be a language code of Meta, such as es or en_US.' });
  }
  const isFormat = !parameterFormat || ['POSITIONAL', 'NAMED'].some((format) => isSameWord(parameterFormat, format));
  if (!isFormat) problems.push({ path: 'parameterFormat', message: 'must be POSITIONAL or NAMED.' });
  return problems;
}

function categoryProblems({ category, messageSendTtlSeconds: ttl }: TemplateDraft): ValidationProblem[] {
  const found = Object.entries(TTL).find(([name]) => isSameWord(category, name));
  if (!found) return [{ path: 'category', message: `must be ${Object.keys(TTL).join(', ')}.` }];
  const [name, { least, most, isEndlessAllowed }] = found;
  if (ttl === undefined || ttl === null || (isEndlessAllowed && ttl === -1)) return [];
  if (Number.isInteger(ttl) && ttl >= least && ttl <= most) return [];
  const endless = isEndlessAllowed ? ', or -1 for 30 days' : '';
  const message = `must be ${least} to ${most} whole seconds for ${name}${endless}.`;
  return [{ path: 'messageSendTtlSeconds', message }];
}
