import { Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject } from '../../graph/json.js';
import type { MarketingActionEvent } from '../events/whatsapp-event.js';
import {
  type AccountChange,
  changeIdOf,
  dateOfSeconds,
  type FieldReader,
  type FieldUpdate,
  reportedUntil,
  textOrNumber,
} from './field-update.js';

/**
 * What people do with marketing messages: taps on links, and views of the page behind them. Nothing of it is stored; one of a shape that
 * no one knows is part of the event `webhook` alone.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/marketing-messages/track-click-events
 */
@Injectable()
export class MarketingActions {
  readonly readers: readonly FieldReader[] = [{ fields: ['messages'], read: (change) => this.#actions(change) }];

  #actions(change: AccountChange): FieldUpdate {
    const { user_actions: given, metadata } = change.value;
    const actions: readonly unknown[] = Array.isArray(given) ? given : [];
    const phoneNumberId = isJsonObject(metadata) ? textOrNumber(metadata['phone_number_id']) : undefined;
    return async () =>
      actions.filter(isJsonObject).flatMap((action, index) => eventsOf(change, action, { index, phoneNumberId }));
  }
}

interface ActionPlace {
  readonly index: number;
  readonly phoneNumberId: string | undefined;
}

function eventsOf(
  change: AccountChange,
  raw: JsonObject,
  { index, phoneNumberId }: ActionPlace,
): MarketingActionEvent[] {
  const action = textOrNumber(raw['action_type']);
  if (action === undefined) return [];
  const given = raw[`${action}_data`];
  const data = isJsonObject(given) ? given : {};
  const event: MarketingActionEvent = {
    type: 'marketing.action',
    id: `${changeIdOf(change)} ${index}`,
    businessAccountId: change.businessAccountId,
    phoneNumberId: phoneNumberId ?? null,
    action,
    at: dateOfSeconds(raw['timestamp']) ?? reportedUntil(change),
    clickId: textOrNumber(data['click_id']) ?? null,
    trackingToken: textOrNumber(data['tracking_token']) ?? null,
    clickComponent: textOrNumber(data['click_component']) ?? null,
    productId: textOrNumber(data['product_id']) ?? null,
    raw,
  };
  return [event];
}
