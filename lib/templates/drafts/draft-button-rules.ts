import type { Problem } from '../../errors.js';
import { codePointLength } from '../variables/values/code-points.js';
import { lengthProblems } from './draft-text-rules.js';
import { parsePlaceholders } from '../variables/placeholders.js';
import { buttonTypeOf, isOneTimeCodeButton, type TemplateButton } from '../template-button.js';
import {
  BUTTON_LABEL_LENGTH,
  COUPON_CODE_LENGTH,
  PHONE_NUMBER_LENGTH,
  URL_LENGTH,
} from '../variables/values/text-limits.js';

const MAX_BUTTONS = 10;
const MAX_OF_TYPE = { QUICK_REPLY: 10, URL: 2, PHONE_NUMBER: 1, COPY_CODE: 1, VOICE_CALL: 1 };

/** Types whose label Meta writes itself when there is none. */
const LABELLED_BY_META = new Set(['OTP', 'COPY_CODE', 'CATALOG', 'MPM', 'SPM', 'APP', 'REQUEST_CONTACT_INFO']);

/** What Meta would refuse in the buttons of a draft. */
export function draftButtonProblems(given: unknown, path: string, hasOffer: boolean): Problem[] {
  if (!Array.isArray(given) || given.length === 0) return [{ path, message: 'must be a list of buttons.' }];
  const buttons: readonly TemplateButton[] = given;
  const types = buttons.map(buttonTypeOf);
  const problems = buttons.flatMap((button, index) => buttonProblems(button, `${path}[${index}]`));
  if (buttons.length > MAX_BUTTONS)
    problems.push({ path, message: `are ${buttons.length}; Meta takes ${MAX_BUTTONS}.` });
  for (const [type, most] of Object.entries(MAX_OF_TYPE)) {
    const count = types.filter((one) => one === type).length;
    if (count > most) problems.push({ path, message: `hold ${count} of type ${type}; Meta takes at most ${most}.` });
  }
  const replies = types.flatMap((type, index) => (type === 'QUICK_REPLY' ? index : []));
  if (replies.length > 0 && (replies.at(-1) ?? 0) - (replies[0] ?? 0) >= replies.length) {
    problems.push({
      path,
      message: 'must have the quick replies side by side; put other buttons before or after them.',
    });
  }
  if (hasOffer && types.indexOf('COPY_CODE') > 0) {
    problems.push({ path, message: 'must begin with the COPY_CODE button in a template with a limited-time offer.' });
  }
  return problems;
}

function buttonProblems(button: TemplateButton, path: string): Problem[] {
  const type = buttonTypeOf(button);
  if (type === '') return [{ path: `${path}.type`, message: 'is missing; write QUICK_REPLY, URL, PHONE_NUMBER …' }];
  return [...labelProblems(button, path), ...kindProblems(button, path)];
}

function labelProblems(button: TemplateButton, path: string): Problem[] {
  const isOptional = LABELLED_BY_META.has(buttonTypeOf(button)) || isOneTimeCodeButton(button);
  if (isOptional && button.text === undefined) return [];
  const problems = lengthProblems(button.text, BUTTON_LABEL_LENGTH, `${path}.text`);
  if (button.text?.includes('{{')) {
    problems.push({ path: `${path}.text`, message: 'has a variable, which Meta takes in no label; leave it out.' });
  }
  return problems;
}

function kindProblems(button: TemplateButton, path: string): Problem[] {
  if (isOneTimeCodeButton(button)) return [];
  switch (buttonTypeOf(button)) {
    case 'URL':
      return urlProblems(button, path);
    case 'PHONE_NUMBER':
      return phoneProblems(button, path);
    case 'COPY_CODE':
      return couponProblems(button, path);
    case 'FLOW':
      if (button.flow_id ?? button.flow_name ?? button.flow_json) return [];
      return [{ path: `${path}.flow_id`, message: 'is missing; write flow_id, flow_name or flow_json.' }];
    default:
      return [];
  }
}

function urlProblems({ url, example }: TemplateButton, path: string): Problem[] {
  const problems = lengthProblems(url, URL_LENGTH, `${path}.url`);
  if (url === undefined || problems.length > 0) return problems;
  const variables = parsePlaceholders(url);
  const [first] = variables;
  if (!/^https?:\/\/\S+$/i.test(url) || !URL.canParse(url.slice(0, first?.index))) {
    problems.push({ path: `${path}.url`, message: 'must be an address that begins with https:// and its host.' });
  }
  if (variables.length > 1) {
    problems.push({ path: `${path}.url`, message: 'has more than one variable; Meta takes one, at the end.' });
  } else if (first && first.index + first.source.length < url.length) {
    problems.push({ path: `${path}.url`, message: 'has its variable in the middle; Meta takes it only at the end.' });
  }
  if (first && (typeof example === 'string' || !example?.[0])) {
    problems.push({ path: `${path}.example`, message: 'must be a list with one example of the address or its end.' });
  }
  return problems;
}

function phoneProblems({ phone_number }: TemplateButton, path: string): Problem[] {
  const problems = lengthProblems(phone_number, PHONE_NUMBER_LENGTH, `${path}.phone_number`);
  if (phone_number === undefined || problems.length > 0 || /^\+?[0-9][0-9 ().-]*$/.test(phone_number)) return problems;
  return [
    { path: `${path}.phone_number`, message: 'must be a phone number with its country code, such as +5491112345678.' },
  ];
}

function couponProblems({ example }: TemplateButton, path: string): Problem[] {
  const code = typeof example === 'string' ? example : example?.[0];
  if (!code) return [{ path: `${path}.example`, message: 'is missing; write an example of the code, as text.' }];
  if (codePointLength(code) <= COUPON_CODE_LENGTH) return [];
  return [{ path: `${path}.example`, message: `has more than ${COUPON_CODE_LENGTH} characters, which Meta refuses.` }];
}
