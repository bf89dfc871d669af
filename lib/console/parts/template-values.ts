import type { Template, TemplateVariable } from '../api.js';

/** What was typed for a template's variables, by the path of each; what has several fields has a path for each of them. */
export type TemplateValues = Readonly<Record<string, string>>;

type Component = Template['components'][number];
export type Button = NonNullable<Component['buttons']>[number];

/** A template or a card of its carousel, taken apart. */
export interface Part {
  readonly card: number | null;
  readonly header: Component | undefined;
  readonly body: string | undefined;
  readonly footer: string | undefined;
  readonly offer: Component['limited_time_offer'];
  readonly buttons: readonly Button[];
  /** Kinds of component that have no look of their own here. */
  readonly others: readonly string[];
}

/** What Meta writes itself where an authentication template has no text. */
const CODE_BODY = '*{{1}}* is your verification code.';
const CODE_ADVICE = ' For your security, do not share this code.';

const KNOWN = new Set(['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'CAROUSEL', 'LIMITED_TIME_OFFER']);

/** What Meta describes may lack it. */
const typeOf = ({ type }: { readonly type?: unknown }): string => (typeof type === 'string' ? type.toUpperCase() : '');

const componentOf = (components: Template['components'], type: string): Component | undefined =>
  components.find((component) => typeOf(component) === type);

/** Whether a button hands over a one-time code: Meta makes a `URL` of its own of it. */
export const isCodeButton = (button: Button): boolean =>
  typeOf(button) === 'OTP' || (typeOf(button) === 'URL' && Boolean(button.otp_type));

export const buttonType = (button: Button): string => (isCodeButton(button) ? 'OTP' : typeOf(button));

/** The template itself, then the cards of its carousel. */
export function partsOf({ components, category }: Pick<Template, 'components' | 'category'>): readonly Part[] {
  const cards = componentOf(components, 'CAROUSEL')?.cards ?? [];
  const isCode = category.toUpperCase() === 'AUTHENTICATION';
  return [partOf(components, null, isCode), ...cards.map((card, index) => partOf(card.components, index, false))];
}

function partOf(components: Template['components'], card: number | null, isCode: boolean): Part {
  const [body, footer] = [componentOf(components, 'BODY'), componentOf(components, 'FOOTER')];
  const buttons = componentOf(components, 'BUTTONS')?.buttons ?? [];
  const preset = isCode || buttons.some(isCodeButton) ? CODE_BODY : undefined;
  const advice = body?.add_security_recommendation === true ? CODE_ADVICE : '';
  const minutes = footer?.code_expiration_minutes;
  return {
    card,
    header: componentOf(components, 'HEADER'),
    body: body?.text || (preset && preset + advice),
    footer: footer?.text ?? (minutes === undefined ? undefined : `This code expires in ${minutes} minutes.`),
    offer: componentOf(components, 'LIMITED_TIME_OFFER')?.limited_time_offer,
    buttons,
    others: components.map(typeOf).filter((type) => !KNOWN.has(type)),
  };
}

/** A text in pieces: as it is, or the name of a variable in braces. */
export function piecesOf(text: string): readonly (string | { readonly placeholder: string })[] {
  const pieces: (string | { readonly placeholder: string })[] = [];
  let end = 0;
  for (const match of text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)) {
    if (match.index > end) pieces.push(text.slice(end, match.index));
    pieces.push({ placeholder: match[1] ?? '' });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

/** The names of the variables in a text, each once. */
export const placeholdersIn = (text: string): readonly string[] => [
  ...new Set(piecesOf(text).flatMap((piece) => (typeof piece === 'string' ? [] : piece.placeholder))),
];

/** What one types for a variable: a field, or several where its value is an object. */
export interface ValueField {
  readonly path: string;
  /** Of the field within the variable; empty where it is the variable itself. */
  readonly name: '' | 'latitude' | 'longitude' | 'name' | 'address' | 'filename' | 'catalog' | 'product' | 'products';
  readonly isRequired: boolean;
}

const SEVERAL: Partial<Record<TemplateVariable['kind'], readonly (readonly [ValueField['name'], string, boolean])[]>> =
  {
    LOCATION: [
      ['latitude', '.latitude', true],
      ['longitude', '.longitude', true],
      ['name', '.name', false],
      ['address', '.address', false],
    ],
    DOCUMENT: [
      ['', '', true],
      ['filename', '.filename', false],
    ],
    PRODUCT: [
      ['catalog', '.catalog_id', true],
      ['product', '.product_retailer_id', true],
    ],
    MULTI_PRODUCT: [
      ['product', '.thumbnail_product_retailer_id', true],
      ['products', '.sections', true],
    ],
  };

export const fieldsOf = ({ kind, path, is_required }: TemplateVariable): readonly ValueField[] =>
  (SEVERAL[kind] ?? [['', '', true] as const]).map(([name, end, isRequired]) => ({
    path: path + end,
    name,
    isRequired: is_required && isRequired,
  }));

/** What was typed, in the shape that a send takes. What was left empty is left out. */
export function sendValues(variables: readonly TemplateVariable[], values: TemplateValues) {
  const cards = variables.reduce((most, { card }) => Math.max(most, (card ?? -1) + 1), 0);
  const ofPart = (card: number | null) => {
    const own = variables.filter((variable) => variable.card === card);
    const entries = (isButton: boolean) =>
      own
        .filter(({ component }) => (component === 'BUTTON') === isButton)
        .map((variable) => [variable.name, valueOf(variable, values)] as const)
        .filter(([, value]) => value !== undefined);
    return { variables: Object.fromEntries(entries(false)), button_variables: Object.fromEntries(entries(true)) };
  };
  return {
    ...ofPart(null),
    ...(cards > 0 && { cards: Array.from({ length: cards }, (_, card) => ofPart(card)) }),
  };
}

function valueOf(variable: TemplateVariable, values: TemplateValues): unknown {
  const { path, kind } = variable;
  const given = (end: string) => values[path + end]?.trim() || undefined;
  const object = (...names: readonly string[]) => {
    const entries = names.map((name) => [name, given(`.${name}`)] as const).filter(([, value]) => value !== undefined);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  };
  switch (kind) {
    case 'LOCATION':
      return object('latitude', 'longitude', 'name', 'address');
    case 'PRODUCT':
      return object('catalog_id', 'product_retailer_id');
    case 'DOCUMENT': {
      const [file, filename] = [given(''), given('.filename')];
      if (file === undefined || filename === undefined) return file;
      return { [/^\d+$/.test(file) ? 'id' : 'link']: file, filename };
    }
    case 'MULTI_PRODUCT': {
      const products = given('.sections')?.split(/[\s,;]+/) ?? [];
      const thumbnail = object('thumbnail_product_retailer_id');
      if (!thumbnail && products.length === 0) return undefined;
      return { ...thumbnail, sections: [{ product_items: products.map((id) => ({ product_retailer_id: id })) }] };
    }
    case 'OFFER_EXPIRATION': {
      const time = Date.parse(given('') ?? '');
      return Number.isNaN(time) ? given('') : new Date(time).toISOString();
    }
    default:
      return given('');
  }
}
