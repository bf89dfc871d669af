import type { ComponentChildren } from 'preact';
import type { Template } from '../api.js';
import { absolute } from '../format.js';
import { t } from '../i18n.js';
import { Icon, type IconName } from '../icons.js';
import { FormattedText } from './formatted-text.js';
import { type Button, buttonType, type Part, partsOf, piecesOf, type TemplateValues } from './template-values.js';

interface Props {
  readonly template: Pick<Template, 'components' | 'category' | 'language' | 'variables'>;
  /** What is given for the variables, by path; those without a value are marked. */
  readonly values?: TemplateValues;
}

/** A template as its reader has it on a phone. */
export function PhonePreview({ template, values = {} }: Props) {
  const [main, ...cards] = partsOf(template);
  if (!main) return null;
  const fill = filler(template.variables, values);
  const direction = isRightToLeft(template.language) ? 'rtl' : 'ltr';
  return (
    <div class="phone" role="group" aria-label={t('preview')}>
      <div class="phone-bubbles" dir={direction} lang={template.language.replaceAll('_', '-')}>
        <Bubble part={main} fill={fill} />
        {cards.length > 0 && (
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard
          <div class="phone-cards" tabIndex={0} role="group" aria-label={t('preview.cards')}>
            {cards.map((card) => (
              <Bubble key={card.card} part={card} fill={fill} />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

/** What is given for a variable, by where it is: `HEADER`, `BODY` or `BUTTON`, the card, and its name in the braces or its button. */
type Fill = (at: {
  readonly component: string;
  readonly card: number | null;
  readonly placeholder?: string;
  readonly kind?: string;
  readonly button?: number;
  readonly end?: string;
}) => string | undefined;

const filler =
  (variables: Props['template']['variables'], values: TemplateValues): Fill =>
  ({ component, card, placeholder, kind, button, end = '' }) => {
    const found = variables.find(
      (variable) =>
        variable.component === component &&
        variable.card === card &&
        (placeholder === undefined || variable.placeholder === placeholder) &&
        (kind === undefined || variable.kind === kind) &&
        (button === undefined || variable.button_index === button),
    );
    // A name that header and body share is one variable with one value.
    const other = variables.find((variable) => variable.card === card && variable.placeholder === placeholder);
    const path = (found ?? (placeholder === undefined ? undefined : other))?.path;
    return path === undefined ? undefined : values[path + end]?.trim() || undefined;
  };

function Bubble({ part, fill }: { readonly part: Part; readonly fill: Fill }) {
  const { card, body, footer, offer, buttons, others } = part;
  return (
    <div class="phone-bubble">
      <Header part={part} fill={fill} />
      {offer && (
        <div class="phone-offer">
          <Icon name="gift" />
          <div>
            <strong>
              <bdi>{offer.text}</bdi>
            </strong>
            {offer.has_expiration !== false && (
              <OfferEnd until={fill({ component: 'BODY', card, kind: 'OFFER_EXPIRATION' })} />
            )}
          </div>
        </div>
      )}
      {body !== undefined && body !== '' && (
        <p class="phone-text" dir="auto">
          <FormattedText text={body} plain={(text) => filled(text, 'BODY', card, fill)} />
        </p>
      )}
      {footer !== undefined && footer !== '' && (
        <p class="phone-footer" dir="auto">
          {footer}
        </p>
      )}
      {others.map((type) => (
        <p key={type} class="phone-footer">
          <bdi>{type}</bdi>
        </p>
      ))}
      {buttons.length > 0 && (
        <ul class="phone-buttons">
          {buttons.map((button, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- buttons are known by their places alone
            <li key={index} title={targetOf(button, fill({ component: 'BUTTON', card, button: index }))}>
              <Icon name={ICONS[buttonType(button)] ?? 'link'} size={16} />
              <bdi>{button.text ?? labelOf(button)}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A text with the values of its variables; those without one are marked. */
function filled(text: string, component: string, card: number | null, fill: Fill): ComponentChildren {
  return piecesOf(text).map((piece) => {
    if (typeof piece === 'string') return piece;
    const { placeholder } = piece;
    const value = fill({ component, card, placeholder });
    return value === undefined ? <mark>{`{{${placeholder}}}`}</mark> : <bdi class="phone-value">{value}</bdi>;
  });
}

const MEDIA = {
  IMAGE: ['image', 'preview.IMAGE'],
  VIDEO: ['video', 'preview.VIDEO'],
  GIF: ['video', 'preview.GIF'],
  DOCUMENT: ['document', 'preview.DOCUMENT'],
  LOCATION: ['pin', 'preview.LOCATION'],
  PRODUCT: ['shop', 'preview.PRODUCT'],
} as const;

const isMedia = (format: string): format is keyof typeof MEDIA => format in MEDIA;

function Header({ part: { header, card }, fill }: { readonly part: Part; readonly fill: Fill }) {
  if (!header) return null;
  const format = (header.format ?? 'TEXT').toUpperCase();
  if (format === 'TEXT') {
    return (
      <p class="phone-title" dir="auto">
        {filled(header.text ?? '', 'HEADER', card, fill)}
      </p>
    );
  }
  if (!isMedia(format)) return null;
  const [icon, words] = MEDIA[format];
  const given = (end = '') => fill({ component: 'HEADER', card, end });
  const name = given('.filename') ?? given('.name') ?? given() ?? given('.product_retailer_id');
  return (
    <div class={`phone-media ${format.toLowerCase()}`}>
      <Icon name={icon} size={format === 'DOCUMENT' ? 20 : 28} />
      {name === undefined ? <mark>{t(words)}</mark> : <bdi class="phone-value">{name}</bdi>}
      {format === 'LOCATION' && given('.address') !== undefined && <bdi class="small">{given('.address')}</bdi>}
    </div>
  );
}

function OfferEnd({ until }: { readonly until: string | undefined }) {
  if (until === undefined)
    return (
      <p class="small">
        <mark>{t('preview.offerEnd')}</mark>
      </p>
    );
  const isMoment = !Number.isNaN(Date.parse(until));
  return <p class="small">{t('preview.offerUntil', { when: isMoment ? absolute(until) : until })}</p>;
}

const ICONS: Readonly<Record<string, IconName>> = {
  QUICK_REPLY: 'reply',
  URL: 'link',
  PHONE_NUMBER: 'call',
  VOICE_CALL: 'call',
  COPY_CODE: 'copy',
  OTP: 'copy',
  FLOW: 'list',
  CATALOG: 'shop',
  MPM: 'shop',
  SPM: 'shop',
};

/** Of a button to which Meta gives its words. */
function labelOf(button: Button): string {
  switch (buttonType(button)) {
    case 'OTP':
    case 'COPY_CODE':
      return t('preview.copyCode');
    case 'CATALOG':
    case 'MPM':
    case 'SPM':
      return t('preview.catalog');
    case 'VOICE_CALL':
      return t('preview.call');
    case 'REQUEST_CONTACT_INFO':
      return t('preview.contact');
    default:
      return buttonType(button);
  }
}

/** Where a tap leads. */
function targetOf(button: Button, value: string | undefined): string | undefined {
  if (buttonType(button) === 'PHONE_NUMBER') return button.phone_number;
  if (buttonType(button) !== 'URL') return value;
  return piecesOf(button.url ?? '')
    .map((piece) => (typeof piece === 'string' ? piece : (value ?? `{{${piece.placeholder}}}`)))
    .join('');
}

/** Languages that are written from right to left. */
const RIGHT_TO_LEFT = new Set(['ar', 'fa', 'he', 'ur', 'ps', 'prs']);

const isRightToLeft = (language: string): boolean => RIGHT_TO_LEFT.has(language.split('_', 1)[0] ?? '');
