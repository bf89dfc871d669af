import { IsIn, IsOptional } from 'class-validator';

export const MESSAGE_TYPES = ['text', 'interactive', 'cta_url'] as const;

/** Body of `POST /messages/send`. What its fields hold is checked by `ConversationsService`, for every caller. */
export class SendMessageDto {
  /** A number with country code, such as `+12025550123`. */
  phone_number!: string;

  /** 1 to 4,096 characters; 1,024 with buttons. */
  message_body?: unknown;

  /** `text` when left out. */
  @IsOptional()
  @IsIn(MESSAGE_TYPES, { message: `must be one of ${MESSAGE_TYPES.join(', ')}.` })
  message_type?: (typeof MESSAGE_TYPES)[number] | null;

  /** Above the body, with buttons: at most 60 characters. */
  header?: unknown;

  /** Below the body, with buttons: at most 60 characters. */
  footer?: unknown;

  /** Of `interactive`: 1 to 3 of `{id, title}`. */
  buttons?: unknown;

  /** Of `cta_url`: what the button says, at most 20 characters. */
  button_text?: unknown;

  /** Of `cta_url`: what the button opens. */
  button_url?: unknown;
}
