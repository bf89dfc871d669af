import { type Param, isJsonObject, countCharacters } from '../../server/param.js';
import type { TemplateComponent, TemplateButton } from '../template.fixture.js';
import { templateError } from '../../errors/graph-error.js';
import { checkButtons, checkVariables } from './button-rules.js';
import { placeholdersOf } from '../template-outline.js';
const TYPES = ['HEADER', 'BODY', 'FOOTER', 'BUTTONS', 'CAROUSEL', 'LIMITED_TIME_OFFER', 'CALL_PERMISSION_REQUEST'];

/** Checks the components of a new template by Meta's rules and returns them as Meta will list them. */
export function readComponents(components: Param, context: ComponentContext): TemplateComponent[] {
  const byType = new Map<string, Param>();
  for (const component of components.items()) {
    const type = component.get('type').oneOf(TYPES);
    if (byType.has(type)) throw components.invalid(`must not have two components of type ${type}.`);
    byType.set(type, component);
  }
  const body = byType.get('BODY');
  if (!body) throw templateError('body', 'A template needs a component of type BODY.');
  if (context.category === 'AUTHENTICATION') return readAuthenticationComponents(byType, components);

  const offer = byType.get('LIMITED_TIME_OFFER');
  checkBody(body, context, 'message');
  checkHeader(byType.get('HEADER'), context, offer !== undefined);
  checkFooter(byType.get('FOOTER'), offer !== undefined);
  checkLimitedTimeOffer(offer);
  checkButtons(byType.get('BUTTONS'));
  checkCarousel(byType.get('CAROUSEL'), context);
  return components.items().map(asListed);
}

/** The component with its constants in upper case, as they are read back. */
function asListed(component: Param): TemplateComponent {
  const listed = upperCased(component.value);
  if (!isTemplateComponent(listed)) throw component.invalid('must be a template component.');
  return listed;
}

function upperCased(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(upperCased);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      (key === 'type' || key === 'format') && typeof member === 'string' ? member.toUpperCase() : upperCased(member),
    ]),
  );
}

function isTemplateComponent(value: unknown): value is TemplateComponent {
  return isJsonObject(value) && typeof value['type'] === 'string';
}

const CARD_HEADERS = ['IMAGE', 'VIDEO', 'PRODUCT'];

/** Two to ten cards, each with an image, video or product on top and all with the same components. */
function checkCarousel(carousel: Param | undefined, context: ComponentContext): void {
  if (!carousel) return;
  const shapes = carousel
    .get('cards')
    .itemsBetween(2, 10)
    .map((card) => checkCard(card, context));
  if (new Set(shapes).size > 1) throw carousel.get('cards').invalid('must all have the same components.');
}

function checkCard(card: Param, context: ComponentContext): string {
  const components = card.get('components').items();
  const types = components.map((component) => component.get('type').oneOf(['HEADER', 'BODY', 'BUTTONS']));
  const header = components[types.indexOf('HEADER')];
  if (!header) throw card.get('components').invalid('must have a HEADER.');
  const format = header.get('format').oneOf(CARD_HEADERS);
  checkHeader(header, context, false);
  const body = components[types.indexOf('BODY')];
  if (body) checkBody(body, context, 'card');
  const buttons = components[types.indexOf('BUTTONS')];
  checkButtons(buttons);
  const kinds = buttons
    ?.get('buttons')
    .items()
    .map((button) => button.get('type').string().toUpperCase());
  return [format, ...types.toSorted(), ...(kinds ?? [])].join();
}

const HEADER_FORMATS = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'GIF', 'PRODUCT'];

const WITH_SAMPLE_FILE = new Set(['IMAGE', 'VIDEO', 'DOCUMENT', 'GIF']);

/** Where a body is decides how long it may be. */
type BodyPlace = 'message' | 'card';

/** At most 1,024 characters, in a carousel's card 160. */
function checkBody(body: Param, { format }: ComponentContext, place: BodyPlace): void {
  limit(body.get('text').string(), place === 'message' ? 1024 : 160, body);
  checkVariables(body, 'body', format);
}

/** A text of at most 60 characters with one variable, or a file, location or product. */
function checkHeader(header: Param | undefined, { format }: ComponentContext, hasOffer: boolean): void {
  if (!header) return;
  const kind = header.get('format').oneOf(HEADER_FORMATS);
  if (hasOffer && kind !== 'IMAGE' && kind !== 'VIDEO') {
    throw templateError('header', 'A limited-time offer can have an image or a video as its header.');
  }
  if (kind === 'TEXT') {
    limit(header.get('text').string(), 60, header);
    checkVariables(header, 'header', format);
  }
  if (WITH_SAMPLE_FILE.has(kind)) {
    const [handle] = header.get('example').get('header_handle').optionalItems();
    if (!handle)
      throw templateError('header', `A header of format ${kind} needs a sample file in example.header_handle.`);
    handle.string();
  }
}

/** At most 60 characters, no variable, and not together with a limited-time offer. */
function checkFooter(footer: Param | undefined, hasOffer: boolean): void {
  if (!footer) return;
  if (hasOffer) throw templateError('footer', 'A limited-time offer cannot have a footer.');
  const text = footer.get('text').string();
  limit(text, 60, footer);
  if (placeholdersOf(text).length > 0) throw templateError('footer', 'A footer cannot have variables.');
}

/** A text of at most 16 characters. */
function checkLimitedTimeOffer(offer: Param | undefined): void {
  if (!offer) return;
  limit(offer.get('limited_time_offer').object().get('text').string(), 16, offer);
}

function limit(text: string, max: number, component: Param): void {
  if (countCharacters(text) <= max) return;
  throw templateError('tooLong', `The text of ${component.path} can have ${max} characters.`);
}

const OTP_ADDRESS = 'https://www.whatsapp.com/otp/code/';

const OTP_TYPES = ['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'];

/**
 * Meta writes the text of an authentication template itself, and lists its OTP button as a URL button to an `otp` address.
 * See Meta's page "Authentication templates".
 */
function readAuthenticationComponents(byType: ReadonlyMap<string, Param>, components: Param): TemplateComponent[] {
  const body = byType.get('BODY');
  const buttons = byType.get('BUTTONS');
  if (!body || !buttons) throw components.invalid('must have a BODY and BUTTONS in an authentication template.');
  if (body.get('text').given) throw body.get('text').invalid('cannot be chosen in an authentication template.');
  const forbidden = ['HEADER', 'CAROUSEL', 'LIMITED_TIME_OFFER'].find((type) => byType.has(type));
  if (forbidden !== undefined) throw components.invalid(`must not have a ${forbidden} in an authentication template.`);

  const [button] = buttons.get('buttons').itemsBetween(1, 1);
  const recommends = body.get('add_security_recommendation').value === true;
  const warning = recommends ? ' For your security, do not share this code.' : '';
  const minutes = readExpiration(byType.get('FOOTER'));
  return [
    {
      type: 'BODY',
      text: `*{{1}}* is your verification code.${warning}`,
      ...(recommends && { add_security_recommendation: true }),
      example: { body_text: [['123456']] },
    },
    ...(minutes === undefined
      ? []
      : [{ type: 'FOOTER', text: `This code expires in ${minutes} minutes.`, code_expiration_minutes: minutes }]),
    ...(button ? [{ type: 'BUTTONS', buttons: [listedButton(button, minutes)] }] : []),
  ];
}

function readExpiration(footer: Param | undefined): number | undefined {
  const expiration = footer?.get('code_expiration_minutes');
  if (!expiration?.given) return undefined;
  const minutes = expiration.integer();
  if (minutes < 1 || minutes > 90) throw expiration.invalid('must be between 1 and 90.');
  return minutes;
}

function listedButton(button: Param, minutes: number | undefined): TemplateButton {
  button.get('type').oneOf(['OTP']);
  const otpType = button.get('otp_type').oneOf(OTP_TYPES);
  const query = `otp_type=${otpType}${minutes === undefined ? '' : `&code_expiration_minutes=${minutes}`}`;
  return {
    type: 'URL',
    text: button.get('text').optionalText(25) ?? 'Copy code',
    url: `${OTP_ADDRESS}?${query}&code=otp{{1}}`,
    example: [`${OTP_ADDRESS}?${query}&code=otp123456`],
  };
}

/** What decides which rules hold for a template's components. */
interface ComponentContext {
  readonly category: string;
  /** `POSITIONAL` or `NAMED`. */
  readonly format: string;
}

/** Seconds for which Meta tries to deliver, by category. See Meta's page "Time-to-live". */
const RANGES = new Map([
  ['AUTHENTICATION', { min: 30, max: 900 }],
  ['UTILITY', { min: 30, max: 43_200 }],
  ['MARKETING', { min: 43_200, max: 2_592_000 }],
]);

/** Reads `message_send_ttl_seconds`; -1 means 30 days, except for marketing. */
export function readTimeToLive(param: Param, category: string): number | undefined {
  if (!param.given) return undefined;
  const seconds = param.integer();
  const range = RANGES.get(category);
  if (!range || (seconds === -1 && category !== 'MARKETING')) return seconds;
  if (seconds < range.min || seconds > range.max) {
    throw param.invalid(`must be between ${range.min} and ${range.max} for a template of category ${category}.`);
  }
  return seconds;
}
