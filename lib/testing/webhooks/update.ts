import type { AccountNode, PhoneNumberNode, TemplateNode } from '../graph-node.js';
import type { JsonObject } from '../server/param.js';
import type { WebhookStep } from './webhook.options.js';
import type { RecordedMessage } from '../records/records.js';

/** A message with statuses to report. */
export interface AcceptedMessage {
  readonly phoneNumber: PhoneNumberNode;
  readonly recipient: { readonly kind: 'phone' | 'user' | 'group'; readonly waId: string };
  readonly template: TemplateNode | undefined;
  /** Its `biz_opaque_callback_data`. */
  readonly callbackData: string | undefined;
  readonly record: RecordedMessage;
}

/** One step of one message. */
export interface StatusUpdate {
  readonly kind: 'status';
  readonly phoneNumber: PhoneNumberNode;
  readonly message: AcceptedMessage;
  readonly step: WebhookStep;
  /** Epoch milliseconds. */
  readonly at: number;
  /** `pricing` and `conversation`, where it carries them. */
  readonly price: JsonObject;
}

/** A message of a user. */
export interface InboundUpdate {
  readonly kind: 'message';
  readonly phoneNumber: PhoneNumberNode;
  /** The item of `messages[]`. */
  readonly message: JsonObject;
  /** The item of `contacts[]`, which some types lack. */
  readonly contact: JsonObject | undefined;
}

/** Any other change: of a phone number, or of an account and its templates. */
export interface FieldUpdate {
  readonly kind: 'field';
  readonly account: AccountNode;
  /** With one, `value` gets its metadata, and its callback overrides apply. */
  readonly phoneNumber: PhoneNumberNode | undefined;
  readonly field: string;
  readonly value: JsonObject;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Something that Meta reports to the app. */
export type Update = StatusUpdate | InboundUpdate | FieldUpdate;

/** What an update is about: updates of one subject are posted one after the other. */
export function subjectOf(update: Update): PhoneNumberNode | AccountNode {
  return update.kind === 'field' ? (update.phoneNumber ?? update.account) : update.phoneNumber;
}

/** Meta's timestamps: seconds since 1970. */
export const secondsOf = (at: number): number => Math.floor(at / 1_000);

/** What Meta reports under one field. */
export interface Change {
  readonly field: string;
  readonly value: JsonObject;
}
