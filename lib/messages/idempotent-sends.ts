import { Inject, Injectable } from '@nestjs/common';
import { DEFAULT_WORKSPACE } from '../accounts/workspaces.service.js';
import { RecipientRefusedError } from '../contacts/marketing-consents.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { FreeFormMessages, type SendContentInput } from './free-form-messages.js';
import {
  assertIdempotencyKey,
  hashIdempotencyKey,
  idempotencyInput,
  type IdempotencyInput,
  type StoredIdempotencyKey,
  IdempotencyConflictError,
} from './idempotency-key.js';
import { MessageEntity } from './message.entity.js';
import { MessageSender, type PreparedMessage } from './message-sender.js';
import { MessageRepository, type NewMessage } from './message-repository.js';
import { replayAnswer } from './message-failure.js';
import { type Obstacles, SendObstacles } from './send-obstacles.js';
import { SPENDING, type Spending } from './spending.js';
import { TemplateMessages, type TemplateRequest } from './template-messages.js';

/**
 * What is done for a message once nothing is wrong with it, before anything is stored of it; not when its idempotency key has
 * an answer. It may say when the message counts as made, which is now otherwise.
 */
export type Ready = (message: NewMessage) => Promise<Date | undefined>;

/**
 * Sends a message once per idempotency key. The key is a unique column of the message's own row, so that of two
 * processes that race one inserts and sends, and a crash leaves no key without the row that has its answer.
 */
@Injectable()
export class IdempotentSends {
  constructor(
    private readonly store: MessageRepository,
    private readonly sender: MessageSender,
    private readonly templates: TemplateMessages,
    private readonly freeForm: FreeFormMessages,
    private readonly obstacles: SendObstacles,
    @Inject(SPENDING) private readonly spending: Spending,
  ) {}

  /** @param ready called once nothing is wrong; what it throws ends the send @throws as `MessagesService.sendTemplate` */
  sendTemplate(input: TemplateRequest, ready?: Ready): Promise<MessageEntity> {
    const { idempotency, workspace = DEFAULT_WORKSPACE, apiKeyId: _, ...body } = input;
    const key = idempotencyInput(idempotency, { workspace, call: 'sendTemplate', body });
    return this.#send(key, () => this.templates.prepare(input), ready);
  }

  /** @param ready as `sendTemplate` takes it @throws as `MessagesService.send` */
  sendContent({ idempotency, ...input }: SendContentInput, ready?: Ready): Promise<MessageEntity> {
    const { workspace = DEFAULT_WORKSPACE, to, phoneNumberId, replyTo, recipientIdentityKeyHash } = input;
    const body = { to, phoneNumberId, replyTo, recipientIdentityKeyHash, type: input.type, content: input.content };
    const key = idempotencyInput(idempotency, { workspace, call: 'send', body });
    return this.#send(key, () => this.freeForm.prepare(input), ready);
  }

  /** Throws what `sendTemplate` would throw before anything is done for the message: for those who prepare more than the input. */
  assertTemplateSendable(input: TemplateRequest): Promise<NewMessage> {
    return this.#sendable(this.templates.prepare(input));
  }

  /** The same of a message of any other type. */
  assertContentSendable(input: SendContentInput): Promise<NewMessage> {
    return this.#sendable(this.freeForm.prepare(input));
  }

  async #sendable(prepared: Promise<PreparedMessage>): Promise<NewMessage> {
    const { message } = await prepared;
    assertNotRefused(await this.obstacles.of(message));
    return message;
  }

  /**
   * @param prepare checks the message by what is held in memory; what it finds wrong does not count where the key has an answer
   * @param ready called once nothing is wrong; what it throws ends the send
   * @throws IdempotencyConflictError when the key was used for another body, or its first request is still running
   */
  async #send(
    input: IdempotencyInput | undefined,
    prepare: () => Promise<PreparedMessage>,
    ready?: Ready,
  ): Promise<MessageEntity> {
    const key = input && storedKeyOf(input);
    let checked: PreparedMessage;
    try {
      checked = await prepare();
    } catch (error) {
      const earlier = key && (await this.#answered(key));
      if (earlier) return earlier;
      throw error;
    }
    const obstacles = await this.obstacles.of(checked.message, key);
    const earlier = key && obstacles.isKeyUsed ? await this.#answered(key) : undefined;
    if (earlier) return earlier;
    assertNotRefused(obstacles);
    const prepared = await this.#whenReady(checked, ready);
    try {
      return await this.#insertAndSend(prepared, key);
    } catch (error) {
      const winner = key && isUniqueViolation(error) ? await this.store.findByKey(key) : null;
      if (!key || !winner) throw error;
      return this.#answer(winner, key);
    }
  }

  /**
   * The first answer to a key; undefined when it has none yet.
   * @throws what the first request ended in, and IdempotencyConflictError as `sendTemplate`
   */
  async answered(input: IdempotencyInput | undefined): Promise<MessageEntity | undefined> {
    return input && this.#answered(storedKeyOf(input));
  }

  async #answered(key: StoredIdempotencyKey): Promise<MessageEntity | undefined> {
    const earlier = await this.store.findByKey(key);
    return earlier ? this.#answer(earlier, key) : undefined;
  }

  /** @throws BudgetExceededError, and what `ready` throws */
  async #whenReady({ message, ...prepared }: PreparedMessage, ready?: Ready): Promise<PreparedMessage> {
    await this.spending.spend(message);
    const createdAt = await ready?.(message);
    return { ...prepared, message: { ...message, ...(createdAt && { createdAt }) } };
  }

  async #insertAndSend(prepared: PreparedMessage, key?: StoredIdempotencyKey): Promise<MessageEntity> {
    const row = await this.store.insertSending(prepared.message, key);
    return this.sender.send(row, prepared);
  }

  async #answer(earlier: MessageEntity, key: StoredIdempotencyKey): Promise<MessageEntity> {
    if (earlier.idempotencyFingerprint !== key.idempotencyFingerprint) {
      throw new IdempotencyConflictError('another-body');
    }
    if (earlier.status !== 'sending') return replayAnswer(earlier);
    if (earlier.lapsesAt && earlier.lapsesAt > new Date()) throw new IdempotencyConflictError('still-running');
    // Its process died in the call; the sweep has not come by yet.
    await this.store.recordUnconfirmed(earlier.id);
    return replayAnswer(await this.store.get(earlier.id));
  }
}

function assertNotRefused({ refusal }: Obstacles): void {
  if (refusal) throw new RecipientRefusedError(refusal);
}

/** @throws ValidationError when a caller's key is no key */
function storedKeyOf(input: IdempotencyInput): StoredIdempotencyKey {
  assertIdempotencyKey(input);
  return hashIdempotencyKey(input);
}
