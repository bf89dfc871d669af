import { Injectable } from '@nestjs/common';
import type { InWorkspace } from '../accounts/accounts.service.js';
import { NotFoundError, type Problem } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { type IdempotencyInput, idempotencyInput } from '../idempotency/idempotency-key.js';
import { DEFAULT_WORKSPACE, WorkspacesService } from '../workspaces/workspaces.service.js';
import { IdempotentSends } from './idempotent-sends.js';
import { MessageEntity } from './message.entity.js';
import { MessageStore } from './message-store.js';
import { withoutCode } from './pending-content.js';
import type { SendTemplateInput } from './send-template.input.js';
import { TemplateMessages } from './template-messages.js';

/** Sends single messages and tells what became of them. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly templateMessages: TemplateMessages,
    private readonly sends: IdempotentSends,
    private readonly store: MessageStore,
  ) {}

  /**
   * Sends one approved template to one person. Everything is checked before Meta is called; the row exists before the
   * call and carries its outcome.
   *
   * @returns the message's row after Meta accepted it, with its `wamid`; delivery is told later by webhooks
   * @throws ValidationError with every problem of recipient and variables
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   * @throws TemplateNotApprovedError when Meta has not approved, or has paused, the template
   * @throws IdempotencyConflictError when the key belongs to another body or is in use at this moment
   * @throws RateLimitedError, MetaApiError, MetaUnreachableError when Meta did not take it: nothing was sent
   * @throws SendOutcomeUnknownError when Meta never told: it may have been sent, and is not sent again
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/template-messages
   */
  sendTemplate(input: SendTemplateInput): Promise<MessageEntity> {
    return this.sends.send(idempotencyOf(input), () => this.templateMessages.prepare(input));
  }

  /** What `sendTemplate` would find wrong with recipient and variables; sends nothing. */
  checkTemplate(input: SendTemplateInput): Promise<Problem[]> {
    return this.templateMessages.check(input);
  }

  /**
   * One outbound message, by row id or by Meta's wamid.
   * @throws NotFoundError `MESSAGE_NOT_FOUND`
   */
  async get(id: number | string, { workspace }: InWorkspace = {}): Promise<MessageEntity> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const key = keyOf(id);
    const message = key && (await this.store.findOutbound(workspaceId, key));
    if (message) return withoutCode(message);
    throw new NotFoundError('MESSAGE_NOT_FOUND', `There is no message ${id}.`);
  }
}

function keyOf(id: number | string): { id: number } | { wamid: string } | undefined {
  const text = String(id);
  const rowId = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(rowId)) return { id: rowId };
  return isIdentifier(text, 255) ? { wamid: text } : undefined;
}

function idempotencyOf({ idempotency, ...asked }: SendTemplateInput): IdempotencyInput | undefined {
  const { workspace = DEFAULT_WORKSPACE, apiKeyId: _, ...body } = asked;
  return idempotencyInput(idempotency, { workspace, call: 'sendTemplate', body });
}
