import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { PhoneNumbers } from '../../accounts/phone-numbers.js';
import { WorkspacesService } from '../../accounts/workspaces.service.js';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from '../../contacts/contacts.inputs.js';
import type { SendToInput } from '../../conversations/conversations.inputs.js';
import { ConversationSends, type TemplateToRequest } from '../../conversations/conversation-sends.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../../errors.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';
import { IdempotentSends } from '../../messages/idempotent-sends.js';
import { TemplateMessages } from '../../messages/template-messages.js';
import { type CheckedBody, DtoPipe, withFurther, Field } from '../surface/dto.js';
import { IdempotencyKey } from '../surface/handler-parameters.js';
import { Operation } from '../openapi/operation.js';
import { number, type Schema, string } from '../openapi/schema.js';
import { recipientOfBody, RecipientDto } from './recipient.dto.js';
import type { ListedFields, ValuesInOrder } from '../../templates/variables/values-in-order.js';
import { toE164 } from '../../contacts/phone-number.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import { IsArray, IsOptional } from 'class-validator';

/** Body of `POST /send-message`. The services check what has no class-validator decorator here. */
export class SendMessageDto extends RecipientDto {
  @Field({
    description: 'The text.',
    minLength: 1,
    maxLength: 4_096,
    example: 'Hello from our store! Your order is ready.',
    service: ['text', 'text.body'],
  })
  message!: string;
}

const degrees = (most: number): Pick<Schema, 'description' | 'oneOf'> => ({
  description: `Degrees from -${most} to ${most}; a number may be written as a string.`,
  oneOf: [number({ minimum: -most, maximum: most }), string()],
});

/** Body of `POST /send-location`. */
export class SendLocationDto extends RecipientDto {
  @Field({ ...degrees(90), example: 28.6139, service: 'location.latitude' })
  latitude!: number | string;

  @Field({ ...degrees(180), example: 77.209, service: 'location.longitude' })
  longitude!: number | string;

  @IsOptional()
  @Field({ description: 'Title of the card.', example: 'Our Office', service: 'location.name' })
  name?: string | null;

  @IsOptional()
  @Field({
    description: 'Text below the map; shown only with a name.',
    example: 'Connaught Place, New Delhi',
    service: 'location.address',
  })
  address?: string | null;
}

const LIST = { message: 'must be a list of texts, such as ["Ana", "12"].' };

const DEFAULT_LANGUAGE = 'en';

/** Body of `POST /send-template`. */
export class SendTemplateDto extends RecipientDto {
  @Field({ description: 'Name of an approved template.', example: 'order_confirmation', service: 'template' })
  template_name!: string;

  @IsOptional()
  @Field({ description: 'Language of the template.', default: DEFAULT_LANGUAGE, example: 'en_US' })
  language?: string | null;

  @IsOptional()
  @IsArray(LIST)
  @Field({
    description: 'Values of the variables in the template’s header, in order of appearance.',
    each: true,
    example: ['860198'],
  })
  header_params?: readonly unknown[] | null;

  @IsOptional()
  @IsArray(LIST)
  @Field({
    description: 'Values of the variables in the template’s body, in order of appearance.',
    each: true,
    example: ['Rahul', 'Monday'],
  })
  body_params?: readonly unknown[] | null;
}

/** The recipient, as Meta answered. */
export class SentContact {
  @Field({ example: '+919876543210' })
  input!: string;

  @Field({ optional: true, example: '919876543210' })
  wa_id?: string | undefined;

  /** The business-scoped user id, where Meta says it. */
  @Field({ optional: true })
  user_id?: string | undefined;
}

/** The message, as Meta answered. */
export class SentMessage {
  @Field({
    description: 'Meta’s id of the message.',
    example: 'wamid.HBgMOTE5ODc2NTQzMjEwFQIAERgSQjdGMTY4QTYwQzhDNzA5RjcxAA==',
  })
  id!: string;

  @Field({
    description: 'Of templates: whether Meta sends it at once, `accepted`, or holds it for quality.',
    optional: true,
  })
  message_status?: string | undefined;
}

/** What Meta answered to a send. */
export class SendResult {
  @Field({ example: 'whatsapp' })
  messaging_product!: string;

  @Field({ type: () => SentContact, each: true })
  contacts!: readonly SentContact[];

  @Field({ type: () => SentMessage, each: true })
  messages!: readonly SentMessage[];
}

/** Answer of every send. */
export class SentAnswer {
  @Field({ enum: ['sent'], example: 'sent' })
  status!: 'sent';

  @Field({ type: () => SendResult })
  result!: SendResult;
}

const SENDS = {
  isIdempotent: true,
  answers: {
    200: {
      description: 'Meta accepted the message; `result` is its answer. Webhooks report the delivery later.',
      type: SentAnswer,
    },
  },
  errors: [400, 404, 409, 413, 429, 502, 504],
} as const;

/** Sends single messages. */
@Controller()
export class MessagingSendController {
  constructor(
    @Inject(CONTACTS_OPTIONS) private readonly contactsOptions: ContactsOptions,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly sends: ConversationSends,
    private readonly messages: IdempotentSends,
    private readonly templates: TemplateMessages,
  ) {}

  @Post('send-message')
  @HttpCode(200)
  @RequireAbility('messages.send')
  @Operation({
    ...SENDS,
    summary: 'Send a text',
    description: 'Meta delivers it to people who wrote in the last 24 hours; others can be sent a template.',
  })
  sendMessage(
    @Body(new DtoPipe(SendMessageDto)) { body, problems }: CheckedBody<SendMessageDto>,
    @CurrentCaller() { workspace, apiKeyId }: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<SentAnswer> {
    const content = { type: 'text', content: { body: body.message } };
    return this.#send({ to: this.#recipientOf(body), workspace, apiKeyId, idempotency, ...content }, body, problems);
  }

  @Post('send-location')
  @HttpCode(200)
  @RequireAbility('messages.send')
  @Operation({
    ...SENDS,
    summary: 'Send a location',
    description: 'The recipient sees a map. Meta delivers it to people who wrote in the last 24 hours.',
  })
  sendLocation(
    @Body(new DtoPipe(SendLocationDto)) { body, problems }: CheckedBody<SendLocationDto>,
    @CurrentCaller() { workspace, apiKeyId }: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<SentAnswer> {
    const content = { type: 'location', content: locationOf(body) };
    return this.#send({ to: this.#recipientOf(body), workspace, apiKeyId, idempotency, ...content }, body, problems);
  }

  @Post('send-template')
  @HttpCode(200)
  @RequireAbility('messages.send')
  @Operation({ ...SENDS, summary: 'Send a template' })
  async sendTemplate(
    @Body(new DtoPipe(SendTemplateDto)) { body, problems }: CheckedBody<SendTemplateDto>,
    @CurrentCaller() { workspace, apiKeyId }: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<SentAnswer> {
    const input: TemplateToRequest = {
      to: this.#recipientOf(body),
      template: body.template_name,
      language: body.language ?? DEFAULT_LANGUAGE,
      inOrder: valuesOf(body),
      workspace,
      apiKeyId,
      idempotency,
    };
    if (problems.length > 0) throw new ValidationError(withFurther(problems, await this.#check(input, body)));
    const answered = await this.messages.answered(idempotency); // the number or the template may be another by now
    if (answered) return presentSent(answered);
    const phoneNumberId = await this.#numberOf(body, workspace);
    const { message } = await this.sends.sendTemplateTo({ ...input, phoneNumberId });
    return presentSent(message);
  }

  #recipientOf(body: RecipientDto): string {
    return recipientOfBody(body, this.contactsOptions.defaultCountry);
  }

  /** Returns the problems that the service finds. An unknown number has no template to check the values against. */
  async #check(input: TemplateToRequest, sender: RecipientDto): Promise<ValidationProblem[]> {
    try {
      const phoneNumberId = await this.#numberOf(sender, input.workspace);
      return await this.templates.check({ ...input, phoneNumberId });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      return (await this.templates.check(input)).filter(({ path }) => !isOfValues(path));
    }
  }

  async #send(input: SendToInput, sender: RecipientDto, problems: readonly ValidationProblem[]): Promise<SentAnswer> {
    const all = [...problems, ...this.sends.check(input)];
    if (all.length > 0) throw new ValidationError(all);
    const { idempotency, workspace } = input;
    const answered = typeof idempotency === 'object' ? await this.messages.answered(idempotency) : undefined;
    if (answered) return presentSent(answered);
    const phoneNumberId = await this.#numberOf(sender, workspace);
    const { message } = await this.sends.sendTo({ ...input, phoneNumberId });
    return presentSent(message);
  }

  /** Meta's id of the number that is to send; undefined for the primary one. @throws NotFoundError */
  async #numberOf({ account_id }: RecipientDto, workspace: string | undefined): Promise<string | undefined> {
    if (account_id === undefined || account_id === null) return undefined;
    return (await this.phoneNumbers.findByRow(await this.workspaces.idOf(workspace), account_id)).phoneNumberId;
  }
}

const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/** A location as the services take it: numbers for numeric strings, and nothing for a name or address that is empty. */
function locationOf({ latitude, longitude, name, address }: SendLocationDto): object {
  return {
    latitude: toNumber(latitude),
    longitude: toNumber(longitude),
    ...(isGiven(name) && { name }),
    ...(isGiven(address) && { address }),
  };
}

const toNumber = (value: unknown): unknown => (typeof value === 'string' && NUMBER.test(value) ? Number(value) : value);

const isGiven = (text: unknown): boolean => text !== undefined && text !== null && text !== '';

/** The values of a template, with what this API calls each of them. */
function valuesOf({ header_params, body_params }: SendTemplateDto): ValuesInOrder {
  return {
    templatePath: 'template_name',
    header: listOf('header_params', header_params),
    body: listOf('body_params', body_params),
  };
}

function listOf(name: string, values: unknown): ListedFields {
  return { values: Array.isArray(values) ? values : [], pathOf: (index) => `${name}[${index}]` };
}

/** Whether a problem is one of values, or of what the template takes. */
const isOfValues = (path: string): boolean => /^(?:template_name|header_params|body_params)\b/.test(path);

/** The answer is made from the message's row, so that a repeated request gets the same. */
function presentSent(message: MessageEntity): SentAnswer {
  return { status: 'sent', result: responseOf(message) };
}

/** What Meta answered. */
function responseOf({ recipientPhone, userId, waId, wamid, messageStatus }: MessageEntity): SendResult {
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
