import type { InWorkspace } from '../accounts/workspaces.service.js';
import type { CallbackDeliveryEntity, CallbackDeliveryStatus } from './callback-delivery.entity.js';
import type { CallbackEventName } from './callback.entity.js';

/**
 * The URL that a workspace's callbacks go to.
 *
 * @publicApi
 */
export interface SetCallbackInput extends InWorkspace {
  /** https on the public Internet, unless the option `callbackUrls` allows more. */
  readonly url: string;
  /** What signs the callbacks: 16 to 255 characters. A new one is made up when left out. */
  readonly secret?: string | undefined;
  /** Which events it wants; all, also those that come later, when left out. */
  readonly events?: readonly CallbackEventName[] | undefined;
}

/**
 * A workspace's callback as it may be shown: without its secret.
 *
 * @publicApi
 */
export interface WhatsAppCallback {
  /** Where callbacks are posted to. */
  readonly url: string;
  /** Null for all. */
  readonly events: readonly CallbackEventName[] | null;
  /** Tries that failed since the last one that came through. */
  readonly failures: number;
  /** When the first of them did. */
  readonly failingSince: Date | null;
  /** Nothing is delivered before this, for the last tries failed. */
  readonly restingUntil: Date | null;
  /** When a callback was first set. */
  readonly createdAt: Date;
  /** When it was last set. */
  readonly updatedAt: Date;
}

/**
 * A callback that was just set.
 *
 * @publicApi
 */
export interface CallbackWithSecret extends WhatsAppCallback {
  /** Shown this once: the receiver checks signatures with it. */
  readonly secret: string;
}

/**
 * A page of the deliveries.
 *
 * @publicApi
 */
export interface ListCallbackDeliveries extends InWorkspace {
  /** Only those with this status. */
  readonly status?: CallbackDeliveryStatus | undefined;
  /** Only those that report this event. */
  readonly event?: CallbackEventName | undefined;
  /** From 1, which is the default. */
  readonly page?: number | undefined;
  /** Deliveries in a page: 1 to 100, 20 by default. */
  readonly pageSize?: number | undefined;
}

/**
 * One callback, on its way or delivered.
 *
 * @publicApi
 */
export interface CallbackDelivery {
  /** A UUID; the receiver has it as `X-Webhook-Id`, and it is the same however often the callback is tried. */
  readonly id: string;
  /** What it reports. */
  readonly event: CallbackEventName;
  /** Row id of the contact that it is about, if any. */
  readonly contactId: number | null;
  /** The body as it is sent, in JSON. */
  readonly payload: string;
  /** How far it is. */
  readonly status: CallbackDeliveryStatus;
  /** Tries so far. */
  readonly attempts: number;
  /** When it is tried next; null when it is not. */
  readonly nextAttemptAt: Date | null;
  /** HTTP status of the last answer; null when there was none. */
  readonly responseStatus: number | null;
  /** Why the last try failed. */
  readonly error: string | null;
  /** When the fact that it reports was stored. */
  readonly createdAt: Date;
  /** When a status of 200 to 299 answered it. */
  readonly deliveredAt: Date | null;
}

/** A delivery as users see it. */
export function viewOfDelivery(delivery: CallbackDeliveryEntity): CallbackDelivery {
  return {
    id: delivery.id,
    event: delivery.event,
    contactId: delivery.contactId,
    payload: delivery.payload,
    status: delivery.status,
    attempts: delivery.attempts,
    nextAttemptAt: delivery.nextAttemptAt,
    responseStatus: delivery.responseStatus,
    error: delivery.error,
    createdAt: delivery.createdAt,
    deliveredAt: delivery.deliveredAt,
  };
}

/**
 * A page of the deliveries.
 *
 * @publicApi
 */
export interface CallbackDeliveryPage {
  /** Newest first. */
  readonly items: readonly CallbackDelivery[];
  /** Of all pages. */
  readonly total: number;
}
