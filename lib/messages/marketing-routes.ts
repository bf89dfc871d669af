import type { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { isOnboarded } from '../accounts/marketing-onboarding.js';
import type { ValidationProblem } from '../errors.js';
import type { GraphOutcome } from '../graph/graph-outcome.js';
import type { SendEndpoint } from '../graph/meta-error-body.js';
import type { TemplateEntity } from '../templates/template.entity.js';
import { hasGifHeader } from '../templates/variables/template-part.js';

/**
 * Which of Meta's two endpoints marketing templates go to. Those of other categories go to `/messages`, always.
 *
 * - `auto`: to `/marketing_messages` where the account has joined the Marketing Messages API, else to `/messages`
 * - `messages`: to `/messages`, whatever Meta says of it
 * - `marketing-messages`: to `/marketing_messages`; what becomes of them where the account has not joined, `productPolicy` says
 *
 * @publicApi
 */
export type MarketingRoute = 'auto' | 'messages' | 'marketing-messages';

/**
 * How marketing templates are sent.
 *
 * @publicApi
 */
export interface MarketingSettings {
  /** Which endpoint they go to; `auto` when neither the send nor the module's options say otherwise. */
  readonly marketing?: MarketingRoute;
  /**
   * Meta's `product_policy`. `CLOUD_API_FALLBACK` (Meta's default): what the Marketing Messages API does not send, the Cloud API
   * may. `STRICT`: marketing templates go to `/marketing_messages` alone, also where the account has not joined, and Meta then refuses them.
   */
  readonly productPolicy?: 'CLOUD_API_FALLBACK' | 'STRICT';
  /** Whether Meta may use what people do with the message for ads; as the account says when left out. */
  readonly messageActivitySharing?: boolean;
}

/** What is known about a template when its endpoint is chosen. */
type RoutedTemplate = Pick<TemplateEntity, 'category' | 'components'>;

type RoutingAccount = Pick<BusinessAccountEntity, 'marketingStatus'>;

/** How one message goes to Meta. */
export interface SendRoute {
  readonly endpoint: SendEndpoint;
  readonly settings: MarketingSettings;
  /** What is in it the Cloud API cannot send: it never goes to `/messages`. */
  readonly isMarketingOnly: boolean;
}

/** The way of everything that is no template. */
export const BY_MESSAGES: SendRoute = { endpoint: 'messages', settings: {}, isMarketingOnly: false };

/** Settings in this order: those of the send, then the module's. */
export const settingsFrom = (own: MarketingSettings, defaults: MarketingSettings): MarketingSettings => {
  const isStrict = own.productPolicy === 'STRICT' && defaults.marketing === 'messages';
  const marketing = own.marketing ?? (isStrict ? undefined : defaults.marketing);
  const productPolicy = own.productPolicy ?? (own.marketing === 'messages' ? undefined : defaults.productPolicy);
  const messageActivitySharing = own.messageActivitySharing ?? defaults.messageActivitySharing;
  return {
    ...(marketing !== undefined && { marketing }),
    ...(productPolicy !== undefined && { productPolicy }),
    ...(messageActivitySharing !== undefined && { messageActivitySharing }),
  };
};

/** Which endpoint a template goes to, by its latest category and what is known of the account. */
export function routeOf(template: RoutedTemplate, account: RoutingAccount, settings: MarketingSettings): SendRoute {
  const isMarketing = template.category === 'MARKETING' && goesToMarketing(account, settings);
  return {
    endpoint: isMarketing ? 'marketing_messages' : 'messages',
    settings,
    isMarketingOnly: hasGifHeader(template),
  };
}

function goesToMarketing(account: RoutingAccount, { marketing = 'auto', productPolicy }: MarketingSettings): boolean {
  if (marketing !== 'auto') return marketing === 'marketing-messages';
  return isOnboarded(account) || productPolicy === 'STRICT';
}

/** What goes next to the content on `/marketing_messages`; `/messages` knows none of it. */
export function marketingKeysOf({ endpoint, settings }: SendRoute): object {
  const { productPolicy, messageActivitySharing } = settings;
  if (endpoint === 'messages') return {};
  return {
    ...(productPolicy !== undefined && { product_policy: productPolicy }),
    ...(messageActivitySharing !== undefined && { message_activity_sharing: messageActivitySharing }),
  };
}

/**
 * The way by which a message goes out once more: Meta refused it, so nothing of it is on its way, and said that the other endpoint is the
 * one. Undefined after everything else, above all after an outcome that no one knows.
 */
export function rerouteAfter(outcome: GraphOutcome<unknown>, route: SendRoute): SendRoute | undefined {
  const reroute = outcome.kind === 'refused' ? outcome.error.reroute : undefined;
  if (!reroute || reroute.to === route.endpoint) return undefined;
  const { marketing, productPolicy } = route.settings;
  const isForbidden =
    reroute.to === 'messages'
      ? route.isMarketingOnly || (reroute.unlessStrict === true && productPolicy === 'STRICT')
      : marketing === 'messages';
  return isForbidden ? undefined : { ...route, endpoint: reroute.to };
}

/** Why a template cannot go by its route, if it cannot. */
export function routeProblems({ endpoint, isMarketingOnly }: SendRoute): ValidationProblem[] {
  return isMarketingOnly && endpoint === 'messages' ? [{ path: 'template', message: GIF_NEEDS_MARKETING }] : [];
}

export const GIF_NEEDS_MARKETING =
  'has a GIF header, which only Meta’s Marketing Messages API sends: the template must be of the category MARKETING, and ' +
  'the account must have joined that API (AccountsService.readMarketing() asks Meta), unless `marketing` is "marketing-messages".';

const ROUTES: ReadonlySet<unknown> = new Set<MarketingRoute>(['auto', 'messages', 'marketing-messages']);

const POLICIES: ReadonlySet<unknown> = new Set(['CLOUD_API_FALLBACK', 'STRICT']);

/** Everything that is wrong with settings from outside. */
export function checkMarketing(settings: {
  readonly [Field in keyof MarketingSettings]: unknown;
}): ValidationProblem[] {
  const { marketing, productPolicy, messageActivitySharing: sharing } = settings;
  const problems: ValidationProblem[] = [];
  if (marketing !== undefined && !ROUTES.has(marketing)) {
    problems.push({ path: 'marketing', message: 'must be "auto", "messages" or "marketing-messages".' });
  }
  if (productPolicy !== undefined && !POLICIES.has(productPolicy)) {
    problems.push({ path: 'productPolicy', message: 'must be "CLOUD_API_FALLBACK" or "STRICT".' });
  } else if (productPolicy === 'STRICT' && marketing === 'messages') {
    const message =
      'is "STRICT", by which nothing goes to /messages; `marketing` is "messages": leave one of the two out.';
    problems.push({ path: 'productPolicy', message });
  }
  if (sharing !== undefined && typeof sharing !== 'boolean') {
    problems.push({ path: 'messageActivitySharing', message: 'must be true or false.' });
  }
  return problems;
}
