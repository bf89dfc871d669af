import type { Template, TemplateVariable } from '../api.js';
import type { Problems } from '../parts/problems.js';
import { type Button, buttonType, partsOf, placeholdersIn, type TemplateValues } from '../parts/template-values.js';

type Component = Template['components'][number];

/** A button as it is typed; `kept` are fields of Meta's that the form does not have. */
export interface DraftButton {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly phone: string;
  readonly example: string;
  readonly flow: string;
  readonly kept?: Button;
}

/** A template as it is typed. */
export interface Draft {
  readonly name: string;
  readonly language: string;
  readonly category: string;
  readonly format: 'POSITIONAL' | 'NAMED';
  readonly account: string;
  /** Empty for none. */
  readonly header: string;
  readonly headerText: string;
  readonly handle: string;
  readonly body: string;
  readonly footer: string;
  /** By `HEADER` or `BODY` and the name in the braces. */
  readonly examples: Readonly<Record<string, string>>;
  readonly buttons: readonly DraftButton[];
  /** Of one-time codes: whether people are advised not to share them, and for how many minutes they hold. */
  readonly hasAdvice: boolean;
  readonly minutes: string;
  /** Components that the form does not have, such as a carousel. */
  readonly others: readonly Component[];
}

export const NEW_BUTTON: DraftButton = { type: 'QUICK_REPLY', text: '', url: '', phone: '', example: '', flow: '' };

export const newDraft = (language: string): Draft => ({
  name: '',
  language,
  category: 'UTILITY',
  format: 'POSITIONAL',
  account: '',
  header: '',
  headerText: '',
  handle: '',
  body: '',
  footer: '',
  examples: {},
  buttons: [],
  hasAdvice: true,
  minutes: '10',
  others: [],
});

export function isDraft(value: unknown): value is Draft {
  const given: Readonly<Record<string, unknown>> = Object(value);
  return Object.entries(newDraft('')).every(([name, field]) => typeof given[name] === typeof field);
}

const OWN = new Set(['HEADER', 'BODY', 'FOOTER', 'BUTTONS']);

/** A template of Meta's as the form has it. */
export function draftOf(template: Template): Draft {
  const { components, variables } = template;
  const [main] = partsOf(template);
  const body = components.find(({ type }) => type.toUpperCase() === 'BODY');
  const footer = components.find(({ type }) => type.toUpperCase() === 'FOOTER');
  const examples = variables
    .filter(({ card, placeholder }) => card === null && placeholder !== null)
    .map(({ component, placeholder, example }) => [`${component}.${placeholder}`, example ?? '']);
  const handle = main?.header?.example?.header_handle?.[0] ?? '';
  return {
    ...newDraft(template.language),
    name: template.name,
    category: template.category,
    format: template.parameter_format,
    account: template.business_account_id,
    header: main?.header ? (main.header.format ?? 'TEXT').toUpperCase() : '',
    headerText: main?.header?.text ?? '',
    // Meta answers with an address of its own, which it does not take back.
    handle: /^https?:/.test(handle) ? '' : handle,
    body: body?.text ?? '',
    footer: footer?.text ?? '',
    examples: Object.fromEntries(examples),
    buttons: (main?.buttons ?? []).map(draftButton),
    hasAdvice: body?.add_security_recommendation === true,
    minutes: footer?.code_expiration_minutes === undefined ? '' : String(footer.code_expiration_minutes),
    others: components.filter(({ type }) => !OWN.has(type.toUpperCase())),
  };
}

const draftButton = (button: Button): DraftButton => ({
  type: buttonType(button),
  text: button.text ?? '',
  url: button.url ?? '',
  phone: button.phone_number ?? '',
  example: (typeof button.example === 'string' ? button.example : button.example?.[0]) ?? '',
  flow: String(button.flow_id ?? ''),
  kept: button,
});

/** What Meta is sent of it, and what each component is called in the form. */
export function componentsOf(draft: Draft): {
  readonly components: readonly Component[];
  readonly places: readonly string[];
} {
  const parts: readonly (readonly [place: string, component: Component | undefined])[] = [
    ['HEADER', headerOf(draft)],
    ['BODY', bodyOf(draft)],
    ['FOOTER', footerOf(draft)],
    ['BUTTONS', buttonsOf(draft)],
    ...draft.others.map((component) => [component.type, component] as const),
  ];
  const given = parts.flatMap(([place, component]) => (component ? [{ place, component }] : []));
  return { components: given.map(({ component }) => component), places: given.map(({ place }) => place) };
}

const isCode = ({ category }: Draft): boolean => category === 'AUTHENTICATION';

function headerOf({ header, headerText, handle, examples, format }: Draft): Component | undefined {
  if (header === '') return undefined;
  if (header === 'TEXT')
    return { type: 'HEADER', format: 'TEXT', text: headerText, ...exampleOf('HEADER', headerText, examples, format) };
  return { type: 'HEADER', format: header, ...(handle !== '' && { example: { header_handle: [handle] } }) };
}

function bodyOf(draft: Draft): Component {
  if (isCode(draft)) return { type: 'BODY', add_security_recommendation: draft.hasAdvice };
  return { type: 'BODY', text: draft.body, ...exampleOf('BODY', draft.body, draft.examples, draft.format) };
}

function footerOf(draft: Draft): Component | undefined {
  const { footer, minutes } = draft;
  if (isCode(draft)) return minutes === '' ? undefined : { type: 'FOOTER', code_expiration_minutes: Number(minutes) };
  return footer === '' ? undefined : { type: 'FOOTER', text: footer };
}

function buttonsOf(draft: Draft): Component | undefined {
  if (isCode(draft)) {
    const text = draft.buttons[0]?.text;
    return { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', ...(text && { text }) }] };
  }
  return draft.buttons.length === 0 ? undefined : { type: 'BUTTONS', buttons: draft.buttons.map(buttonOf) };
}

function buttonOf({ type, text, url, phone, example, flow, kept }: DraftButton): Button {
  const same = kept && buttonType(kept) === type ? kept : undefined;
  const labelled = { ...same, type, ...(text !== '' && { text }) };
  switch (type) {
    case 'URL':
      return { ...labelled, text, url, ...(placeholdersIn(url).length > 0 && { example: [example] }) };
    case 'PHONE_NUMBER':
      return { ...labelled, text, phone_number: phone };
    case 'COPY_CODE':
      return { ...labelled, example };
    case 'FLOW':
      return { ...labelled, text, ...(flow !== '' && { flow_id: flow }) };
    case 'QUICK_REPLY':
      return { ...labelled, text };
    default:
      return labelled;
  }
}

/** Meta's reviewers see an example of each variable. */
function exampleOf(
  place: 'HEADER' | 'BODY',
  text: string,
  examples: Draft['examples'],
  format: Draft['format'],
): Pick<Component, 'example'> {
  const names = placeholdersIn(text);
  if (names.length === 0) return {};
  const valueOf = (name: string) => examples[`${place}.${name}`] ?? '';
  if (format === 'NAMED') {
    const named = names.map((name) => ({ param_name: name, example: valueOf(name) }));
    return { example: place === 'HEADER' ? { header_text_named_params: named } : { body_text_named_params: named } };
  }
  const values = names.toSorted((one, other) => Number(one) - Number(other)).map(valueOf);
  return { example: place === 'HEADER' ? { header_text: values } : { body_text: [values] } };
}

/**
 * Problems by the parts of the form: `components[1].text` of a server is `BODY.text`.
 * @param exampleMissing what the form says of examples, which a server names by the shape that Meta takes
 */
export function inPlaces(problems: Problems, places: readonly string[], exampleMissing: string): Problems {
  const named = Object.entries(problems).map(([path, texts]): [string, readonly string[]] => {
    const place = path.replace(/^components\[(\d+)\]/, (all, index: string) => places[Number(index)] ?? all);
    const isShape =
      /\.example\.(?:body|header)_text/.test(place) || texts.some((text) => text.startsWith('must be a list with'));
    return [place, isShape ? [exampleMissing] : texts];
  });
  return Object.fromEntries(named);
}

/** What the preview fills: the examples, in the places of their variables. */
export function exampleValues(draft: Draft): {
  readonly variables: readonly TemplateVariable[];
  readonly values: TemplateValues;
} {
  const variables = (['HEADER', 'BODY'] as const).flatMap((component) => {
    const text = component === 'HEADER' ? draft.headerText : draft.body;
    return placeholdersIn(text).map((placeholder) => ({
      path: `${component}.${placeholder}`,
      name: placeholder,
      kind: 'TEXT' as const,
      component,
      is_required: true,
      placeholder,
      card: null,
      button_index: null,
      example: null,
    }));
  });
  return { variables, values: draft.examples };
}
