/** Body of `POST /send`. What it holds is checked by `ConversationsService`, for every caller. */
export class SendTextDto {
  /** A number with country code, such as `+50212345678`. */
  phoneNumber!: string;

  /** The text, 1 to 4,096 characters. */
  content!: string;

  /** A number of the client's that the conversation has from now on. */
  requestId?: number | null;
}

/**
 * Body of `POST /conversations/:id/messages`: a text in `content`, or an object in Meta's own shape under the name of its
 * type, such as `{"messageType":"image","image":{"id":"…"}}`.
 */
export class SendMessageDto {
  content?: string;

  /** `text` when left out. */
  messageType?: string | null;

  /** The message that it replies to, in Meta's shape: `{"message_id":"wamid.…"}`. */
  context?: { readonly message_id?: string } | null;
}
