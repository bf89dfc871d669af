import type { JsonObject } from '../../server/json.js';

/** A file that a user sent; what it is downloaded by is `id`. */
interface InboundMedia {
  readonly id: string;
  readonly mime_type: string;
  readonly sha256?: string;
  readonly url?: string;
  readonly caption?: string;
  readonly filename?: string;
  readonly voice?: boolean;
  readonly animated?: boolean;
}

/** What a message holds under the name of its type. See Meta's page "Messages webhook reference". */
export interface InboundContents {
  readonly text: { readonly body: string };
  readonly image: InboundMedia;
  readonly video: InboundMedia;
  readonly audio: InboundMedia;
  readonly document: InboundMedia;
  readonly sticker: InboundMedia;
  readonly location: {
    readonly latitude: number;
    readonly longitude: number;
    readonly name?: string;
    readonly address?: string;
    readonly url?: string;
  };
  readonly contacts: readonly JsonObject[];
  /** `button_reply`, `list_reply`, `nfm_reply` or `call_permission_reply`. */
  readonly interactive: JsonObject;
  readonly button: { readonly payload: string; readonly text: string };
  /** Without `emoji` it takes a reaction back. */
  readonly reaction: { readonly message_id: string; readonly emoji?: string };
  readonly order: JsonObject;
  /** `user_changed_number`, `user_changed_user_id` or `customer_identity_changed`. */
  readonly system: JsonObject;
  readonly unsupported: JsonObject;
  readonly edit: JsonObject;
  readonly revoke: JsonObject;
}

/** A type of message that users send. */
export type InboundType = keyof InboundContents;

interface InboundEnvelope {
  /** The user's phone number in any spelling, calling code included; may be left out where there is a `userId`. */
  readonly from?: string;
  /** The user's business-scoped id. */
  readonly userId?: string;
  /** By default `Sample Customer`. */
  readonly profileName?: string;
  /** The wamid; by default a new one. */
  readonly id?: string;
  /** In epoch milliseconds; by default the present of the server's clock. */
  readonly at?: number;
  /** What it answers: `{ from, id }`. */
  readonly context?: JsonObject;
  /** The advertisement that it came by. */
  readonly referral?: JsonObject;
  /** By default those of an `unsupported` message, and none else. */
  readonly errors?: readonly JsonObject[];
}

/** A message of a user. Its content stands under the name of its type; left out, it is a sample of the type. */
export type InboundMessage = {
  [Type in InboundType]: InboundEnvelope & { readonly type: Type } & Partial<Pick<InboundContents, Type>>;
}[InboundType];
