import type { Problem } from '../../errors.js';
import { draftComponentProblems } from './draft-component-rules.js';
import { isSameWord } from '../template-component.js';
import type { TemplateDraft } from './template-draft.js';

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
  return [...nameProblems(draft), ...categoryProblems(draft), ...draftComponentProblems(draft)];
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
