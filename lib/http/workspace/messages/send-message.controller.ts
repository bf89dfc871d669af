import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { ConversationsService } from '../../../conversations/conversations.service.js';
import { wasCreatedBy } from '../../../conversations/was-created-by.js';
import { ValidationError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import { type CheckedBody, DtoPipe } from '../../dto.pipe.js';
import { IdempotencyKey } from '../../idempotency-key.decorator.js';
import { Operation, type OperationDescription } from '../../openapi/operation.js';
import { FailsAs } from '../fails-as.decorator.js';
import { presentSent } from '../sent.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { isJsonObject } from '../../../graph/json-object.js';
import { array, object, oneOf, string } from '../../openapi/schema.js';
import { SENT_FIELDS } from '../sent.schema.js';
import { successSchema } from '../success.schema.js';
import { IsIn, IsOptional } from 'class-validator';

const MESSAGE_TYPES = ['text', 'interactive', 'cta_url'] as const;

/** Body of `POST /messages/send`. What its fields hold is checked by `ConversationsService`, for every caller. */
class SendMessageDto {
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

const BUTTON = object({ id: string({ maxLength: 256 }), title: string({ maxLength: 20 }) });

const MESSAGE = object(
  {
    phone_number: string({ description: 'The recipient, with country code.' }),
    message_body: string({ maxLength: 4_096, description: 'With something to tap, at most 1,024 characters.' }),
  },
  {
    message_type: { ...oneOf(...MESSAGE_TYPES), default: 'text' },
    header: string({ maxLength: 60, description: 'Above the body, where there is something to tap.' }),
    footer: string({ maxLength: 60, description: 'Below the body, where there is something to tap.' }),
    buttons: array(BUTTON, { minItems: 1, maxItems: 3, description: 'Answers to tap, of `interactive`.' }),
    button_text: string({ maxLength: 20, description: 'Label of the button, of `cta_url`.' }),
    button_url: string({ description: 'What the button opens, of `cta_url`.' }),
  },
);

const sendMessageOperation: OperationDescription = {
  summary: 'Send a text, with or without buttons',
  description: 'It reaches people who wrote in the last 24 hours. Who was no contact becomes one.',
  isIdempotent: true,
  json: {
    schema: MESSAGE,
    example: {
      phone_number: '+12025550123',
      message_type: 'interactive',
      message_body: 'Shall we keep your appointment?',
      footer: 'Acme',
      buttons: [
        { id: 'yes', title: 'Yes' },
        { id: 'no', title: 'No' },
      ],
    },
  },
  answers: {
    200: {
      description: 'Meta took it.',
      json: {
        schema: successSchema(object({ ...SENT_FIELDS, message_type: oneOf(...MESSAGE_TYPES) })),
        example: {
          status: 'success',
          message: 'Message sent successfully',
          data: {
            message_id: 'wamid.HBgLMTIwMjU1NTAxMjMVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA',
            contact_id: 17,
            phone: '+12025550123',
            message_type: 'interactive',
            status: 'sent',
            sent_at: '2026-11-16T21:30:00.000Z',
            chat_id: 9,
            contact_created: true,
          },
        },
      },
    },
  },
  errors: [400, 409, 413, 422, 429, 500, 504],
};

/** Sends texts, with or without something to tap. */
@Controller('messages/send')
export class SendMessageController {
  constructor(private readonly conversations: ConversationsService) {}

  @Post()
  @HttpCode(200)
  @RequireAbility('messages.send')
  @FailsAs('Failed to send message')
  @Operation(sendMessageOperation)
  async send(
    @Body(new DtoPipe(SendMessageDto)) { body, problems }: CheckedBody<SendMessageDto>,
    @CurrentCaller() { workspace, apiKeyId }: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const input = { ...contentOf(body), workspace, apiKeyId, idempotency, to: body.phone_number, contact: {} };
    const found = this.conversations.check(input).map(({ path, message }) => ({ path: fieldAt(path), message }));
    if (problems.length + found.length > 0) throw new ValidationError([...problems, ...found]);
    const sent = await this.conversations.sendTo(input);
    const isFirst = wasCreatedBy(sent.conversation.contact, sent.message);
    const data = { ...presentSent(sent, isFirst), message_type: body.message_type ?? 'text' };
    return presentSuccess('Message sent successfully', data);
  }
}

/** A message in Meta's own shape, which `ConversationsService` looks at. */
interface ContentInMetasShape {
  readonly type: 'text' | 'interactive';
  readonly content: unknown;
}

/** What Meta takes for a message of this API. */
function contentOf(message: SendMessageDto): ContentInMetasShape {
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

const PATHS: readonly (readonly [RegExp, string])[] = [
  [/^(?:text\.body|text|interactive\.body(?:\.text)?)$/, 'message_body'],
  [/^interactive\.header(?:\.text)?$/, 'header'],
  [/^interactive\.footer(?:\.text)?$/, 'footer'],
  [/^interactive\.action\.buttons(\[\d+\])?(?:\.reply)?/, 'buttons$1'],
  [/^interactive\.action\.parameters\.display_text$/, 'button_text'],
  [/^interactive\.action\.parameters\.url$/, 'button_url'],
];

/** What this API calls a place in that content. */
function fieldAt(path: string): string {
  const [pattern, field] = PATHS.find(([candidate]) => candidate.test(path)) ?? [];
  return pattern && field !== undefined ? path.replace(pattern, field) : path;
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
