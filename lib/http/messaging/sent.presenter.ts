import { toE164 } from '../../contacts/phone-number.js';
import type { GraphSendResponse } from '../../graph/graph-api.types.js';
import type { MessageEntity } from '../../messages/message.entity.js';

/** Answer of every send. It is told from the message's row, so that a repeated request is told the same. */
export function presentSent(message: MessageEntity): object {
  return { status: 'sent', result: responseOf(message) };
}

/** What Meta answered. */
function responseOf({ recipientPhone, userId, waId, wamid, messageStatus }: MessageEntity): GraphSendResponse {
  const contact =
    recipientPhone === '' && userId !== null
      ? { input: userId, user_id: userId }
      : { input: toE164(recipientPhone), ...(waId !== null && { wa_id: waId }) };
  return {
    messaging_product: 'whatsapp',
    contacts: [contact],
    messages: [{ id: wamid ?? '', ...(messageStatus !== null && { message_status: messageStatus }) }],
  };
}
