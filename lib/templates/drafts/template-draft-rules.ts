import type { Problem } from '../../errors.js';
import { draftComponentProblems } from './draft-component-rules.js';
import { isSameWord, type TemplateDefinition } from '../template-component.js';
import { isObject } from '../variables/values/reading.js';
import type { TemplateDraft, TemplateEdit, TemplateSettings } from './template-draft.js';

const MAX_NAME_LENGTH = 512;

/** How long Meta may be told to try, in seconds; -1 means 30 days where it is allowed. */
const TTL = {
  AUTHENTICATION: { least: 30, most: 900, isEndlessAllowed: true },
  UTILITY: { least: 30, most: 43_200, isEndlessAllowed: true },
  MARKETING: { least: 43_200, most: 2_592_000, isEndlessAllowed: false },
} as const;

/**
 * Everything for which Meta would refuse to create a template, as far as its pages tell, each with its path
 * (`name`, `components[0].text`, `components[2].buttons[1].url`).
 * See https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/components
 */
export function checkTemplateDraft(draft: TemplateDraft): Problem[] {
  return [
    ...unknownFields(draft, DRAFT_FIELDS),
    ...nameProblems(draft),
    ...categoryProblems(draft),
    ...settingProblems(draft),
    ...draftComponentProblems(draft),
  ];
}

/** The same of an edit: only what it changes is checked, because the rest may be older than today's rules. */
export function checkTemplateEdit(
  { name, language, category: current = '', parameterFormat, components: kept }: TemplateDefinition,
  edit: TemplateEdit,
): Problem[] {
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
const unknownFields = (given: object, known: readonly string[]): Problem[] =>
  Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({ path: name, message: `is not known; there are ${known.join(', ')}.` }));

function settingProblems(settings: TemplateSettings): Problem[] {
  const given: { readonly [Name in keyof TemplateSettings]: unknown } = settings;
  const wrong = (names: readonly (keyof TemplateSettings)[], isRight: (value: unknown) => boolean, message: string) =>
    names.filter((name) => given[name] !== undefined && !isRight(given[name])).map((path) => ({ path, message }));
  return [
    ...wrong(OBJECTS, isObject, 'must be an object in the shape that Meta describes.'),
    ...wrong(BOOLEANS, (value) => typeof value === 'boolean', 'must be true or false.'),
    ...wrong(TEXTS, (value) => typeof value === 'string', 'must be text.'),
  ];
}

function nameProblems({ name, language, parameterFormat }: TemplateDraft): Problem[] {
  const problems: Problem[] = [];
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

function categoryProblems({ category, messageSendTtlSeconds: ttl }: TemplateDraft): Problem[] {
  const found = Object.entries(TTL).find(([name]) => isSameWord(category, name));
  if (!found) return [{ path: 'category', message: `must be ${Object.keys(TTL).join(', ')}.` }];
  const [name, { least, most, isEndlessAllowed }] = found;
  if (ttl === undefined || ttl === null || (isEndlessAllowed && ttl === -1)) return [];
  if (Number.isInteger(ttl) && ttl >= least && ttl <= most) return [];
  const endless = isEndlessAllowed ? ', or -1 for 30 days' : '';
  const message = `must be ${least} to ${most} whole seconds for ${name}${endless}.`;
  return [{ path: 'messageSendTtlSeconds', message }];
}
