import { Inject, Injectable } from '@nestjs/common';
import { truncateForColumn } from '../store/columns.js';
import { toE164 } from '../contacts/phone-number.js';
import { INSTALLATION_ID } from '../store/data-source.provider.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphCredential } from '../graph/graph-request.js';
import type { GraphOutcome, FailedOutcome } from '../graph/graph-outcome.js';
import { idIn, isJsonObject, type JsonObject } from '../graph/json.js';
import { type MeteredSend, METERS, type Meters } from '../meters.js';
import { marketingKeysOf, type SendRoute } from './marketing-routes.js';
import type { MessageEntity } from './message.entity.js';
import { WhatsAppError, type ValidationProblem } from '../errors.js';
import type { InWorkspace } from '../accounts/workspaces.service.js';
import type { IdempotencyInput } from './idempotency-key.js';
import { isIdentifier } from '../identifier.js';

/** What Meta said when it took a message. */
export type Acceptance = Pick<MessageEntity, 'wamid' | 'waId' | 'messageStatus'>;

/** The row of a message that is `sending`. */
export type SendingMessage = Pick<MessageEntity, 'id' | 'attempt' | 'phoneNumberId' | 'recipientPhone'> &
  Partial<Pick<MessageEntity, 'userId' | 'contextWamid'>>;

/** What of Meta's payload says what to send, and with which token. */
export interface MessageContent {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly credential: GraphCredential;
  /** To which of Meta's endpoints it goes. */
  readonly route: SendRoute;
  /** Texts that must not be stored or shown, should Meta quote them in an error: one-time codes. */
  readonly secrets: readonly string[];
}

/** What the call of one message ended in. */
export type SendOutcome = GraphOutcome<Acceptance>;

const ACCEPTED = { outcome: 'accepted', errorCode: '' } as const;

/** The call of Meta that sends one message, with what leads its webhooks back to the row. */
@Injectable()
export class MessageCall {
  constructor(
    @Inject(INSTALLATION_ID) private readonly installationId: string,
    private readonly graph: GraphApiClient,
    @Inject(METERS) private readonly meters: Meters,
  ) {}

  /**
   * Never rejects: what a message ended in must not depend on who throws what.
   * @param deadline the call is not made once this has passed: by then others may hold the row for unconfirmed
   */
  async make(message: SendingMessage, content: MessageContent, deadline: Date | undefined): Promise<SendOutcome> {
    const startedAt = performance.now();
    const outcome = await this.#make(message, content, deadline);
    const measured = outcome.kind === 'answered' ? ACCEPTED : meteredFailure(outcome);
    this.#measure({
      type: String(content.payload['type']),
      phoneNumberId: message.phoneNumberId,
      ...measured,
      duration: performance.now() - startedAt,
    });
    return outcome;
  }

  async #make(
    message: SendingMessage,
    { credential, payload, secrets, route }: MessageContent,
    deadline: Date | undefined,
  ): Promise<SendOutcome> {
    const { id, attempt, phoneNumberId, contextWamid } = message;
    const { installationId } = this;
    try {
      return await this.graph.attemptPost([phoneNumberId, route.endpoint], {
        credential,
        secrets,
        deadline,
        body: {
          messaging_product: 'whatsapp',
          recipient_type: 'individual',
          ...addressOf(message),
          ...payload,
          ...marketingKeysOf(route),
          ...(contextWamid && { context: { message_id: contextWamid } }),
          biz_opaque_callback_data: encodeCallbackData({ installationId, messageId: id, attempt }),
        },
        circumstances: {
          endpoint: route.endpoint,
          get linkedMedia() {
            return hasLink(payload);
          },
        },
        read: acceptanceOf,
      });
    } catch (error) {
      // The client never rejects: the body could not be made.
      return { kind: 'notSent', error };
    }
  }

  #measure(send: MeteredSend): void {
    try {
      this.meters.sent(send);
    } catch {
      // An error in the metrics must not change the outcome of a message.
    }
  }
}

/** A number where one is known; else the user id, which has a field of its own. */
export function addressOf({ recipientPhone, userId }: Pick<SendingMessage, 'recipientPhone' | 'userId'>): object {
  return recipientPhone === '' && userId ? { recipient: userId } : { to: toE164(recipientPhone) };
}

/** Whether Meta has to fetch a file of it. */
function hasLink(payload: unknown): boolean {
  if (typeof payload !== 'object' || payload === null) return false;
  return Object.entries(payload).some(
    ([key, value]) => (key === 'link' && typeof value === 'string') || hasLink(value),
  );
}

/** @throws Error without the message's id: it may have been sent, but nothing can follow it */
function acceptanceOf(answer: JsonObject): Acceptance {
  const message = firstOf(answer['messages']);
  return {
    wamid: truncateForColumn(idIn(message), 255),
    waId: truncateForColumn(textOrNull(firstOf(answer['contacts'])['wa_id']), 160),
    messageStatus: truncateForColumn(textOrNull(message['message_status']), 64),
  };
}

function firstOf(list: unknown): JsonObject {
  const first: unknown = Array.isArray(list) ? list[0] : undefined;
  return isJsonObject(first) ? first : {};
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** How a call that failed is counted. */
function meteredFailure({ kind, error }: FailedOutcome): Pick<MeteredSend, 'outcome' | 'errorCode'> {
  if (kind === 'refused') return { outcome: 'refused', errorCode: String(error.metaCode ?? 'HTTP_429') };
  const errorCode = error instanceof WhatsAppError ? error.code : 'NOT_SENT';
  return { outcome: kind === 'unknown' ? 'unknown' : 'not_sent', errorCode };
}

/** What travels in `biz_opaque_callback_data` and comes back in every status webhook of the message. */
export interface CallbackData {
  /** The random id of the deployment that sent it. */
  readonly installationId: string;
  /** Row id of the message. */
  readonly messageId: number;
  readonly attempt: number;
}

export function encodeCallbackData({ installationId, messageId, attempt }: CallbackData): string {
  return `${installationId}.${messageId}.${attempt}`;
}

const ENCODED = /^([\w-]{1,64})\.(\d{1,15})\.(\d{1,9})$/;

/** Undefined for what this module did not write; the installation's id says which deployment wrote it. */
export function decodeCallbackData(text: unknown): CallbackData | undefined {
  const parts = typeof text === 'string' ? ENCODED.exec(text) : null;
  const [, installationId, messageId, attempt] = parts ?? [];
  if (installationId === undefined) return undefined;
  return { installationId, messageId: Number(messageId), attempt: Number(attempt) };
}

/**
 * What every message takes besides its content.
 *
 * @publicApi
 */
export interface MessageEnvelope extends InWorkspace {
  /**
   * The recipient: a number with country code, such as `+5491112345678`, or Meta's business-scoped user id, such as
   * `US.13491208655302741918`.
   */
  readonly to: string;
  /** Meta's id of the number that sends; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
  /** The wamid of the message that this one replies to; WhatsApp shows it above. A reaction takes none. */
  readonly replyTo?: string;
  /**
   * Makes Meta deliver the message only while the recipient has the identity of this hash, which a webhook reported; else it fails
   * later, with 137000.
   */
  readonly recipientIdentityKeyHash?: string;
  /**
   * A key of your own: a call that is repeated with it answers again instead of sending again, for 24 hours. An object
   * keeps keys of several callers apart.
   */
  readonly idempotency?: string | IdempotencyInput;
  /** Row id of the API key that asks. */
  readonly apiKeyId?: number;
}

/** What is wrong with the words that name the sending number and the message replied to. */
export function checkEnvelope(envelope: CheckedFields): ValidationProblem[] {
  const {
    phoneNumberId,
    replyTo,
    recipientIdentityKeyHash: hash,
  }: { readonly [Field in keyof typeof envelope]: unknown } = envelope;
  const problems: ValidationProblem[] = [];
  if (phoneNumberId !== undefined && !isIdentifier(phoneNumberId, 64)) {
    problems.push({ path: 'phoneNumberId', message: 'must be Meta’s id of a phone number, in a string.' });
  }
  if (replyTo !== undefined && !isIdentifier(replyTo, 255)) {
    problems.push({ path: 'replyTo', message: 'must be the wamid of a message.' });
  }
  if (hash !== undefined && !isIdentifier(hash, 255)) {
    problems.push({
      path: 'recipientIdentityKeyHash',
      message: 'must be the hash that a webhook reported for the recipient.',
    });
  }
  return problems;
}

type CheckedFields = Pick<MessageEnvelope, 'phoneNumberId' | 'replyTo' | 'recipientIdentityKeyHash'>;

/** Returns the envelope fields that go next to the content in Meta's payload. */
export const payloadOf = ({
  recipientIdentityKeyHash: hash,
}: Pick<MessageEnvelope, 'recipientIdentityKeyHash'>): object =>
  hash === undefined ? {} : { recipient_identity_key_hash: hash };
