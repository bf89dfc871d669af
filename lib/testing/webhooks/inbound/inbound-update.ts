import type { PhoneNumberNode } from '../../graph-node.js';
import { newWamid } from '../../messages/wamid.js';
import { recipientKey } from '../../records/records.js';
import type { JsonObject } from '../../server/param.js';
import { type InboundUpdate, secondsOf } from '../update.js';
/** What opens no service window: the user did not write. */
const SILENT_TYPES: ReadonlySet<InboundType> = new Set(['reaction', 'system', 'unsupported', 'edit', 'revoke']);

export const opensWindow = ({ type }: InboundMessage): boolean => !SILENT_TYPES.has(type);

/** A message of a user as Meta reports it, with an id. */
export function inboundUpdate(
  phoneNumber: PhoneNumberNode,
  given: InboundMessage,
  now: number,
): InboundUpdate & { readonly id: string } {
  const sender = senderOf(phoneNumber, given);
  const { from, userId, parentUserId } = sender;
  const { type, at = now, context, referral, errors = errorsOf(type) } = given;
  const { id = newWamid(from ?? userId ?? phoneNumber.digits) } = given;
  const message = {
    ...(context && { context }),
    ...(from !== undefined && { from }),
    ...(userId !== undefined && { from_user_id: userId }),
    ...(parentUserId !== undefined && { from_parent_user_id: parentUserId }),
    id,
    timestamp: String(secondsOf(at)),
    type,
    [type]: contentOf(given),
    ...(referral && { referral }),
    ...(errors && { errors }),
  };
  return { kind: 'message', phoneNumber, message, contact: contactOf(type, sender), id };
}

interface Sender {
  readonly from: string | undefined;
  readonly userId: string | undefined;
  readonly parentUserId: string | undefined;
  readonly username: string | undefined;
  readonly profileName: string;
}

/** Of a user that the stand-in knows all that Meta reports; of others what was given. */
function senderOf(phoneNumber: PhoneNumberNode, given: InboundMessage): Sender {
  const name = given.from ?? given.userId;
  const user = name === undefined ? undefined : phoneNumber.userOf(name);
  const from = given.from === undefined ? undefined : recipientKey(given.from);
  const reported = user && (user.isNumberReported ? user.phone : undefined);
  return {
    from: user ? reported : from,
    userId: user?.userId ?? given.userId,
    parentUserId: user?.parentUserId ?? given.parentUserId,
    username: user?.username ?? given.username,
    profileName: given.profileName ?? user?.profileName ?? 'Sample Customer',
  };
}

const contentOf = (message: InboundMessage): unknown =>
  new Map<string, unknown>(Object.entries(message)).get(message.type) ?? inboundSamples[message.type];

function contactOf(type: InboundType, { from, userId, parentUserId, username, profileName }: Sender) {
  if (type === 'system') return undefined;
  return {
    profile: { name: profileName, ...(username !== undefined && { username }) },
    ...(from !== undefined && { wa_id: from }),
    ...(userId !== undefined && { user_id: userId }),
    ...(parentUserId !== undefined && { parent_user_id: parentUserId }),
  };
}

function errorsOf(type: InboundType): readonly JsonObject[] | undefined {
  if (type !== 'unsupported') return undefined;
  const title = 'Message type unknown';
  return [{ code: 131051, title, message: title, error_data: { details: 'Message type is currently not supported.' } }];
}

const file = (mimeType: string) => ({
  id: '1003383421387256',
  mime_type: mimeType,
  sha256: 'SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=',
});

const someMessage = newWamid('16505551234');

/**
 * One content of each type that users send, as Meta words it.
 *
 * @publicApi
 */
export const inboundSamples: InboundContents = {
  text: { body: 'Does it come in another colour?' },
  image: { ...file('image/jpeg'), caption: 'Taj Mahal' },
  video: file('video/mp4'),
  audio: { ...file('audio/ogg; codecs=opus'), voice: true },
  document: { ...file('application/pdf'), filename: 'receipt.pdf' },
  sticker: { ...file('image/webp'), animated: false },
  location: { latitude: 38.9806263495, longitude: -131.9428612257, name: 'Main Street Beach', address: 'Main Street' },
  contacts: [
    {
      name: { first_name: 'Barbara', last_name: 'Johnson', formatted_name: 'Barbara J. Johnson' },
      phones: [{ phone: '+1 (650) 555-0101', type: 'CELL', wa_id: '16505550101' }],
    },
  ],
  interactive: { type: 'button_reply', button_reply: { id: 'cancel-button', title: 'Cancel' } },
  button: { payload: 'Unsubscribe', text: 'Unsubscribe' },
  reaction: { message_id: someMessage, emoji: '👍' },
  order: {
    catalog_id: '194836987003835',
    text: 'Love these!',
    product_items: [{ product_retailer_id: 'di9ozbzfi4', quantity: 2, item_price: 30, currency: 'USD' }],
  },
  system: {
    body: 'User A changed from +16505551234 to +12195555358',
    type: 'user_changed_number',
    wa_id: '12195555358',
  },
  unsupported: { type: 'video_note' },
  edit: {
    original_message_id: someMessage,
    message: { type: 'text', text: { body: 'In red, I meant.' } },
  },
  revoke: { original_message_id: someMessage },
};

/** A file that a user sent; what it is downloaded by is `id`. */
interface InboundMedia {
  /** What it is downloaded by. */
  readonly id: string;

  /** Such as `image/jpeg`. */
  readonly mime_type: string;

  /** Of its bytes, in base64. */
  readonly sha256?: string;

  /** Where it is for some minutes. */
  readonly url?: string;

  /** Text below the file. */
  readonly caption?: string;

  /** Of a document. */
  readonly filename?: string;

  /** Whether it was recorded in WhatsApp. */
  readonly voice?: boolean;

  /** Whether a sticker moves. */
  readonly animated?: boolean;
}

/**
 * What a message holds under the name of its type. See Meta's page "Messages webhook reference".
 *
 * @publicApi
 */
export interface InboundContents {
  /** A text. */
  readonly text: {
    /** The text. */
    readonly body: string;
  };
  /** An image. */
  readonly image: InboundMedia;
  /** A video. */
  readonly video: InboundMedia;
  /** An audio file, or a voice note. */
  readonly audio: InboundMedia;
  /** A document. */
  readonly document: InboundMedia;
  /** A sticker. */
  readonly sticker: InboundMedia;
  /** A place. */
  readonly location: {
    /** Degrees from -90 to 90. */
    readonly latitude: number;

    /** Degrees from -180 to 180. */
    readonly longitude: number;

    /** Name of the place. */
    readonly name?: string;

    /** Address of the place. */
    readonly address?: string;

    /** Its page. */
    readonly url?: string;
  };
  /** Contact cards, in Meta's own shape. */
  readonly contacts: readonly JsonObject[];
  /** `button_reply`, `list_reply`, `nfm_reply` or `call_permission_reply`. */
  readonly interactive: JsonObject;
  /** A tap on a quick reply of a template. */
  readonly button: {
    /** What the template gave the button. */
    readonly payload: string;
    /** Its label. */
    readonly text: string;
  };
  /** Without `emoji` it takes a reaction back. */
  readonly reaction: {
    /** The wamid of the message reacted to. */
    readonly message_id: string;
    /** One emoji. */
    readonly emoji?: string;
  };
  /** Products that the user chose from a catalog. */
  readonly order: JsonObject;
  /** `user_changed_number`, `user_changed_user_id` or `customer_identity_changed`. */
  readonly system: JsonObject;
  /** What Meta does not hand on. */
  readonly unsupported: JsonObject;
  /** A message that the user has changed. */
  readonly edit: JsonObject;
  /** A message that the user has taken back. */
  readonly revoke: JsonObject;
}

/**
 * A type of message that users send.
 *
 * @publicApi
 */
export type InboundType = keyof InboundContents;

interface InboundEnvelope {
  /** The user's phone number in any spelling, calling code included; may be left out where there is a `userId`. */
  readonly from?: string;
  /** The user's business-scoped id. */
  readonly userId?: string;
  /** The user's id for the parent business; by default that of a user who was added. */
  readonly parentUserId?: string;
  /** The user's username; by default that of a user who was added. */
  readonly username?: string;
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

/**
 * A message of a user. Its content is under the name of its type; left out, it is a sample of the type.
 *
 * @publicApi
 */
export type InboundMessage = {
  [Type in InboundType]: InboundEnvelope & {
    /** What kind of message it is. */
    readonly type: Type;
  } & Partial<Pick<InboundContents, Type>>;
}[InboundType];
