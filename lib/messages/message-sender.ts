import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import { INSTALLATION_ID } from '../database/installation-id.provider.js';
import { toE164 } from '../contacts/phone-number.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphSendResponse } from '../graph/graph-api.types.js';
import type { GraphCredential } from '../graph/graph-credential.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import { OutcomeUnknownError } from '../graph/meta-outcome.errors.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { encodeCallbackData } from './callback-data.js';
import { MessageEntity } from './message.entity.js';
import { errorForCaller, failureOf } from './send-failure.js';
import { type Acceptance, MessageStore, type NewMessage } from './message-store.js';
import { SendOutcomeUnknownError } from './messages.errors.js';

/** A message that was checked: its row, and the part of Meta's payload that says what to send. */
export interface PreparedMessage {
  readonly message: NewMessage;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly credential: GraphCredential;
  /** Texts that must not be stored or shown, should Meta quote them in an error: one-time codes. */
  readonly secrets: readonly string[];
}

/** Calls Meta for one message and writes down what became of it. */
@Injectable()
export class MessageSender implements BeforeApplicationShutdown {
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(
    @Inject(INSTALLATION_ID) private readonly installationId: string,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly store: MessageStore,
    private readonly graph: GraphApiClient,
  ) {}

  /**
   * Sends a row that is `sending`.
   * @returns the row after Meta accepted it
   * @throws MetaApiError, RateLimitedError, MetaUnreachableError: it was not sent
   * @throws SendOutcomeUnknownError: nobody knows
   */
  async send(row: MessageEntity, prepared: PreparedMessage): Promise<MessageEntity> {
    const send = this.#send(row, prepared);
    this.#underWay.add(send);
    try {
      return await send;
    } finally {
      this.#underWay.delete(send);
    }
  }

  /** While connections to Meta and database are still open, lets calls that are on their way end and be written down. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #send(row: MessageEntity, prepared: PreparedMessage): Promise<MessageEntity> {
    let acceptance: Acceptance;
    try {
      acceptance = acceptanceOf(await this.#call(row, prepared));
    } catch (error) {
      await this.#recordFailure(row, error);
      throw errorForCaller(row, error);
    }
    return this.#recordSent(row, acceptance);
  }

  #call(row: MessageEntity, { credential, payload, secrets }: PreparedMessage): Promise<GraphSendResponse> {
    const { installationId } = this;
    return this.graph.post([row.phoneNumberId, 'messages'], {
      credential,
      secrets,
      // A process that was frozen past the row's time must not call: by now others hold the row for unconfirmed.
      deadline: row.lapsesAt ?? undefined,
      body: {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to: toE164(row.recipientPhone),
        ...payload,
        biz_opaque_callback_data: encodeCallbackData({ installationId, messageId: row.id, attempt: row.attempt }),
      },
    });
  }

  async #recordFailure(row: MessageEntity, error: unknown): Promise<void> {
    try {
      if (error instanceof OutcomeUnknownError) return await this.store.recordUnconfirmed(row.id);
      // Whatever else is thrown was thrown before anything was sent.
      const releaseKey = !(error instanceof MetaApiError) || error.isTransient;
      await this.store.recordFailed(row.id, failureOf(error), { releaseKey });
    } catch (storeError) {
      // The caller must hear what became of the message all the same; the row lapses to `unconfirmed`.
      this.logger.error(`What became of message ${row.id} could not be stored: ${String(storeError)}`);
    }
  }

  async #recordSent(row: MessageEntity, acceptance: Acceptance): Promise<MessageEntity> {
    const sentAt = new Date();
    try {
      await this.store.recordSent(row.id, acceptance, sentAt);
    } catch (error) {
      // It was sent, and saying otherwise would make somebody send it again; the row lapses to `unconfirmed`.
      this.logger.error(
        `Message ${row.id} was sent as ${acceptance.wamid}, but that could not be stored: ${String(error)}`,
      );
      throw new SendOutcomeUnknownError(row.id, { cause: error });
    }
    return Object.assign(row, acceptance, { status: 'sent', sentAt, lapsesAt: null });
  }
}

function acceptanceOf(answer: GraphSendResponse): Acceptance {
  const message = answer.messages?.[0];
  // Without its id the message may have been sent, but nothing can follow it.
  if (!message?.id) throw new OutcomeUnknownError({ reason: 'answer' });
  return {
    wamid: message.id,
    waId: answer.contacts?.[0]?.wa_id ?? null,
    messageStatus: message.message_status ?? null,
  };
}
