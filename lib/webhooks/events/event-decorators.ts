import type {
  BulkSendEvent,
  WebhookFieldEvent,
  InboundMessageEvent,
  MarketingActionEvent,
  MarketingConsentEvent,
  MessageStatusEvent,
  TemplateStatusEvent,
  WhatsAppEvent,
} from './whatsapp-event.js';

/** Which events a method takes. */
export interface Subscription {
  readonly type: WhatsAppEvent['type'];
  /** Of the events `webhook` only those of this field. */
  readonly field?: string | undefined;
}

/**
 * Goes on a method that takes such an event as its first parameter; on any other it does not compile.
 *
 * @publicApi
 */
export type WhatsAppEventDecorator<Event extends WhatsAppEvent> = <Handler extends (event: Event) => unknown>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<Handler>,
) => void;

const SUBSCRIPTIONS = 'whatsapp:event-subscriptions';

/**
 * The method, of any provider, is called when a customer wrote, after the message was stored. What it throws is logged and
 * keeps no other handler from its work; where `events.delivery` is `queue`, it is called again later.
 *
 * @example
 * @OnInboundMessage()
 * async answer({ message, conversation }: InboundMessageEvent) { … }
 * @publicApi
 */
export const OnInboundMessage = (): WhatsAppEventDecorator<InboundMessageEvent> => on({ type: 'message.inbound' });

/**
 * The method is called when a message that was sent went a step further, or failed; see `OnInboundMessage`.
 *
 * @publicApi
 */
export const OnMessageStatus = (): WhatsAppEventDecorator<MessageStatusEvent> => on({ type: 'message.status' });

/**
 * The method is called when Meta decided on a template, paused it or let it go on; see `OnInboundMessage`.
 *
 * @publicApi
 */
export const OnTemplateStatus = (): WhatsAppEventDecorator<TemplateStatusEvent> => on({ type: 'template.status' });

/**
 * The method is called when a bulk send begins, waits, is paused, goes on or ends; see `OnInboundMessage`.
 *
 * @publicApi
 */
export const OnBulkSend = (): WhatsAppEventDecorator<BulkSendEvent> => on({ type: 'bulk.send' });

/**
 * The method is called when a person wants no marketing any more, or wants it again; see `OnInboundMessage`.
 *
 * @publicApi
 */
export const OnMarketingConsent = (): WhatsAppEventDecorator<MarketingConsentEvent> => on({ type: 'contact.consent' });

/**
 * The method is called when a person tapped a link of a marketing message, or saw the page behind it; see `OnInboundMessage`.
 *
 * @publicApi
 */
export const OnMarketingAction = (): WhatsAppEventDecorator<MarketingActionEvent> => on({ type: 'marketing.action' });

/**
 * The method is called for every change that is about no message, as Meta sent it; see `OnInboundMessage`.
 * @param field Meta's name of the field, such as `account_update`; every field when left out, also those that the module
 * does not know
 * @publicApi
 */
export const OnWebhook = (field?: string): WhatsAppEventDecorator<WebhookFieldEvent> => on({ type: 'webhook', field });

/** What a method was decorated with. */
export function subscriptionsOf(method: object): readonly Subscription[] {
  const subscriptions: readonly Subscription[] | undefined = Reflect.getMetadata(SUBSCRIPTIONS, method);
  return subscriptions ?? [];
}

const on =
  <Event extends WhatsAppEvent>(subscription: Subscription): WhatsAppEventDecorator<Event> =>
  (_target, _method, { value }) => {
    if (value) Reflect.defineMetadata(SUBSCRIPTIONS, [...subscriptionsOf(value), subscription], value);
  };
