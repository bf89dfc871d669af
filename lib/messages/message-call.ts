import { Inject, Injectable } from '@nestjs/common';
import { toE164 } from '../contacts/phone-number.js';
import { INSTALLATION_ID } from '../database/installation-id.provider.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphSendResponse } from '../graph/graph-api.types.js';
import type { GraphCredential } from '../graph/graph-credential.js';
import { OutcomeUnknownError } from '../graph/meta-outcome.errors.js';
import { type MeteredSend, METERS, type Meters } from '../meters.js';
import { storable } from '../database/storable.js';
import { encodeCallbackData } from './callback-data.js';
import { meteredFailure } from './metered-failure.js';
import type { MessageEntity } from './message.entity.js';

/** What Meta said when it took a message. */
export type Acceptance = Pick<MessageEntity, 'wamid' | 'waId' | 'messageStatus'>;

/** The row of a message that is `sending`. */
export type SendingMessage = Pick<MessageEntity, 'id' | 'attempt' | 'phoneNumberId' | 'recipientPhone'> &
  Partial<Pick<MessageEntity, 'userId' | 'contextWamid'>>;

/** What of Meta's payload says what to send, and with which token. */
export interface MessageContent {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly credential: GraphCredential;
  /** Texts that must not be stored or shown, should Meta quote them in an error: one-time codes. */
  readonly secrets: readonly string[];
}

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
   * @param deadline the call is not made once this has passed: by then others may hold the row for unconfirmed
   * @throws MetaApiError, MetaUnreachableError: it was not sent
   * @throws OutcomeUnknownError: nobody knows
   */
  async make(message: SendingMessage, content: MessageContent, deadline: Date | undefined): Promise<Acceptance> {
    const startedAt = performance.now();
    let outcome: Pick<MeteredSend, 'outcome' | 'errorCode'> = ACCEPTED;
    try {
      return await this.#make(message, content, deadline);
    } catch (error) {
      outcome = meteredFailure(error);
      throw error;
    } finally {
      const type = String(content.payload['type']);
      const duration = performance.now() - startedAt;
      this.meters.sent({ type, phoneNumberId: message.phoneNumberId, ...outcome, duration });
    }
  }

  async #make(
    { id, attempt, phoneNumberId, contextWamid, ...recipient }: SendingMessage,
    { credential, payload, secrets }: MessageContent,
    deadline: Date | undefined,
  ): Promise<Acceptance> {
    const { installationId } = this;
    const answer = await this.graph.post<GraphSendResponse>([phoneNumberId, 'messages'], {
      credential,
      secrets,
      deadline,
      body: {
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        ...addressOf(recipient),
        ...payload,
        ...(contextWamid && { context: { message_id: contextWamid } }),
        biz_opaque_callback_data: encodeCallbackData({ installationId, messageId: id, attempt }),
      },
    });
    return acceptanceOf(answer);
  }
}

/** A number where one is known; else the user id, which has a field of its own. */
function addressOf({ recipientPhone, userId }: Pick<SendingMessage, 'recipientPhone' | 'userId'>): object {
  return recipientPhone === '' && userId ? { recipient: userId } : { to: toE164(recipientPhone) };
}

function acceptanceOf(answer: GraphSendResponse): Acceptance {
  const message = answer.messages?.[0];
  // Without its id the message may have been sent, but nothing can follow it.
  if (!message?.id) throw new OutcomeUnknownError({ reason: 'answer' });
  return {
    wamid: storable(message.id, 255),
    waId: storable(answer.contacts?.[0]?.wa_id ?? null, 160),
    messageStatus: storable(message.message_status ?? null, 64),
  };
}
