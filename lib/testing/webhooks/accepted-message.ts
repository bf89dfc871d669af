import type { PhoneNumberNode, TemplateNode } from '../graph-node.js';
import type { RecordedMessage } from '../records/records.js';

/** A message whose statuses are told. */
export interface AcceptedMessage {
  readonly phoneNumber: PhoneNumberNode;
  readonly recipient: { readonly kind: 'phone' | 'user' | 'group'; readonly waId: string };
  readonly template: TemplateNode | undefined;
  /** Its `biz_opaque_callback_data`. */
  readonly callbackData: string | undefined;
  readonly record: RecordedMessage;
}
