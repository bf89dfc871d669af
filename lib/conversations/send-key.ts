import { type IdempotencyInput, idempotencyInput } from '../idempotency/idempotency-key.js';
import { DEFAULT_WORKSPACE } from '../workspaces/workspaces.service.js';
import type { ConversationEnvelope } from './conversations.inputs.js';

/**
 * The key of a send in a conversation, with what its caller asked for; the conversation's number may be another the next time.
 * @param id the conversation, where the caller named it
 */
export function sendKey(
  call: 'sendTo' | 'sendTemplateTo' | 'send' | 'sendTemplate',
  input: ConversationEnvelope,
  id?: number,
): IdempotencyInput | undefined {
  const { idempotency, workspace = DEFAULT_WORKSPACE, apiKeyId: _, ...asked } = input;
  return idempotencyInput(idempotency, { workspace, call: `conversations.${call}`, body: { id, ...asked } });
}
