import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { ConversationSends } from '../../../conversations/conversation-sends.js';
import { wasCreatedBy, presentSent, SentData } from '../sent.presenter.js';
import { ValidationError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import { type CheckedBody, DtoPipe, Field } from '../../surface/dto.js';
import { IdempotencyKey } from '../../surface/handler-parameters.js';
import { Operation } from '../../openapi/operation.js';
import { FailsAs } from '../fails-as.decorator.js';
import { success, successAnswer, type Success } from '../success.js';
import { isJsonObject } from '../../../graph/json.js';
import { IsIn, IsOptional } from 'class-validator';

const MESSAGE_TYPES = ['text', 'interactive', 'cta_url'] as const;

/** An answer to tap. */
export class ButtonDto {
  /** Comes back when it is tapped. */
  @Field({ maxLength: 256, service: 'reply.id' })
  id!: string;

  /** Its label. */
  @Field({ maxLength: 20, service: 'reply.title' })
  title!: string;
}

/** Body of `POST /messages/send`. `ConversationsService` checks what has no class-validator decorator but `IsOptional`. */
export class SendMessageDto {
  @Field({ description: 'The recipient, with country code.', example: '+12025550123', service: 'to' })
  phone_number!: string;

  @Field({
    description: 'With something to tap, at most 1,024 characters.',
    maxLength: 4_096,
    example: 'Shall we keep your appointment?',
    service: ['text', 'text.body', 'interactive.body', 'interactive.body.text'],
  })
  message_body?: unknown;

  @IsOptional()
  @IsIn(MESSAGE_TYPES, { message: `must be one of ${MESSAGE_TYPES.join(', ')}.` })
  @Field({ default: 'text', example: 'interactive' })
  message_type?: (typeof MESSAGE_TYPES)[number] | null;

  @IsOptional()
  @Field({
    description: 'Above the body, where there is something to tap.',
    maxLength: 60,
    service: ['interactive.header', 'interactive.header.text'],
  })
  header?: unknown;

  @IsOptional()
  @Field({
    description: 'Below the body, where there is something to tap.',
    maxLength: 60,
    example: 'Acme',
    service: ['interactive.footer', 'interactive.footer.text'],
  })
  footer?: unknown;

  @IsOptional()
  @Field({
    type: () => ButtonDto,
    each: true,
    description: 'Answers to tap, of `interactive`.',
    minItems: 1,
    maxItems: 3,
    example: [
      { id: 'yes', title: 'Yes' },
      { id: 'no', title: 'No' },
    ],
    service: 'interactive.action.buttons',
    checkedByService: true,
  })
  buttons?: unknown;

  @IsOptional()
  @Field({
    description: 'Label of the button, of `cta_url`.',
    maxLength: 20,
    service: 'interactive.action.parameters.display_text',
  })
  button_text?: unknown;

  @IsOptional()
  @Field({
    description: 'The address that the button opens, of `cta_url`.',
    service: 'interactive.action.parameters.url',
  })
  button_url?: unknown;
}

export class SentMessageData extends SentData {
  @Field({ enum: MESSAGE_TYPES, example: 'interactive' })
  message_type!: (typeof MESSAGE_TYPES)[number];
}

/** Sends texts, with or without something to tap. */
@Controller('messages/send')
export class SendMessageController {
  constructor(private readonly sends: ConversationSends) {}

  @Post()
  @HttpCode(200)
  @RequireAbility('messages.send')
  @FailsAs('Failed to send message')
  @Operation({
    summary: 'Send a text, with or without buttons',
    description: 'It reaches people who wrote in the last 24 hours. A person who is no contact becomes one.',
    isIdempotent: true,
    answers: { 200: successAnswer('Meta accepted it.', 'Message sent successfully', SentMessageData) },
    errors: [400, 409, 413, 422, 429, 500, 504],
  })
  async send(
    @Body(new DtoPipe(SendMessageDto)) { body, problems }: CheckedBody<SendMessageDto>,
    @CurrentCaller() { workspace, apiKeyId }: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<Success<SentMessageData>> {
    const input = { ...metaContentOf(body), workspace, apiKeyId, idempotency, to: body.phone_number, contact: {} };
    const found = this.sends.check(input);
    if (problems.length + found.length > 0) throw new ValidationError([...problems, ...found]);
    const sent = await this.sends.sendTo(input);
    const isFirst = wasCreatedBy(sent.conversation.contact, sent.message);
    const data = { ...presentSent(sent, isFirst), message_type: body.message_type ?? ('text' as const) };
    return success('Message sent successfully', data);
  }
}

/** A message in Meta's own shape, which `ConversationSends` looks at. */
interface ContentInMetasShape {
  readonly type: 'text' | 'interactive';
  readonly content: unknown;
}

/** What Meta takes for a message of this API. */
function metaContentOf(message: SendMessageDto): ContentInMetasShape {
  const { message_type, message_body: body, header, footer } = message;
  if (message_type !== 'interactive' && message_type !== 'cta_url') return { type: 'text', content: { body } };
  return {
    type: 'interactive',
    content: {
      ...(isGiven(header) && { header: { type: 'text', text: header } }),
      body: { text: body },
      ...(isGiven(footer) && { footer: { text: footer } }),
      ...(message_type === 'interactive'
        ? { type: 'button', action: { buttons: buttonsOf(message.buttons) } }
        : { type: 'cta_url', action: { name: 'cta_url', parameters: urlButtonOf(message) } }),
    },
  };
}

/** Clients leave a field empty that they do not fill. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const urlButtonOf = ({ button_text, button_url }: SendMessageDto) => ({ display_text: button_text, url: button_url });

function buttonsOf(buttons: unknown): unknown {
  if (!Array.isArray(buttons)) return buttons;
  return buttons.map((button: unknown) => {
    const { id, title } = isJsonObject(button) ? button : {};
    return { type: 'reply', reply: { id, title } };
  });
}
