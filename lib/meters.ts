/** Injects the `Meters` of this module. */
export const METERS = Symbol('METERS');

/** A call that was to send one message. */
export interface MeteredSend {
  /** Meta's message type: `template`, `text` … */
  readonly type: string;
  /** Meta's id of the number that it was sent from. */
  readonly phoneNumberId: string;
  /** `not_sent`: Meta did not get it; `unknown`: it is not known whether Meta took it. */
  readonly outcome: 'accepted' | 'refused' | 'not_sent' | 'unknown';
  /** Meta's error code, or one of this module's such as `META_UNREACHABLE`; empty when it was accepted. */
  readonly errorCode: string;
  /** How long the call took, in ms. */
  readonly duration: number;
}

/** A part of a webhook. */
export interface MeteredItem {
  readonly kind: 'status' | 'message' | 'field' | 'unreadable';
  readonly outcome: 'applied' | 'failed';
  /** How long after Meta's time of it that was, in ms; undefined where Meta gives no time. */
  readonly lag: number | undefined;
}

/** What rooms report of their work as it is done. Called for every message: it must cost next to nothing and never throw. */
export interface Meters {
  /** A call of Meta that was to send one message has ended. */
  sent(send: MeteredSend): void;
  /** Meta reported a further status of a message. @param errorCode empty unless it failed */
  reported(status: string, errorCode: string): void;
  /** A part of a webhook was applied, or could not be. */
  received(item: MeteredItem): void;
}

/** Where nothing is measured. */
export const NO_METERS: Meters = { sent() {}, reported() {}, received() {} };
