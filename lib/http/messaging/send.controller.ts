import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from '../../contacts/contacts.options.js';
import type { SendToInput } from '../../conversations/conversations.inputs.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { NotFoundError, type Problem, ValidationError } from '../../errors.js';
import type { IdempotencyInput } from '../../idempotency/idempotency-key.js';
import { MessagesService } from '../../messages/messages.service.js';
import type { SendTemplateInput } from '../../messages/send-template.input.js';
import { type CheckedBody, DtoPipe } from '../dto.pipe.js';
import { withFurther } from '../further-problems.js';
import { IdempotencyKey } from '../idempotency-key.decorator.js';
import { Operation } from '../openapi/operation.js';
import { recipientOf } from './fields.js';
import { sendLocationOperation, sendMessageOperation, sendTemplateOperation } from './send.operations.js';
import { SenderDto } from './sender.dto.js';
import type { ListedFields, ValuesInOrder } from '../../templates/variables/values-in-order.js';
import { toE164 } from '../../contacts/phone-number.js';
import type { GraphSendResponse } from '../../graph/graph-api.types.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import { IsArray, IsOptional } from 'class-validator';

// What has no decorator here is checked by the services, for every caller.

/** Body of `POST /send-message`. */
class SendMessageDto extends SenderDto {
  /** A number with country code, such as `919876543210`. */
  phone!: string;

  /** The text, 1 to 4,096 characters. */
  message!: string;
}

/** Body of `POST /send-location`. */
class SendLocationDto extends SenderDto {
  phone!: string;

  /** Degrees from -90 to 90; a number may be written as a string. */
  latitude!: number | string;

  /** Degrees from -180 to 180; a number may be written as a string. */
  longitude!: number | string;

  name?: string | null;

  /** Shown only beside a name. */
  address?: string | null;
}

const LIST = { message: 'must be a list of texts, such as ["Ana", "12"].' };

/** Body of `POST /send-template`. */
class SendTemplateDto extends SenderDto {
  phone!: string;

  template_name!: string;

  /** `en` when left out. */
  language?: string | null;

  /** Values of the body's variables, in their order. */
  @IsOptional()
  @IsArray(LIST)
  body_params?: readonly unknown[] | null;

  /** Values of the header's variables, in their order. */
  @IsOptional()
  @IsArray(LIST)
  header_params?: readonly unknown[] | null;
}

const DEFAULT_LANGUAGE = 'en';

/** Sends single messages. */
@Controller()
export class MessagingSendController {
  constructor(
    @Inject(CONTACTS_OPTIONS) private readonly contactsOptions: ContactsOptions,
    private readonly accounts: AccountsService,
    private readonly conversations: ConversationsService,
    private readonly messages: MessagesService,
  ) {}

  @Post('send-message')
  @HttpCode(200)
  @RequireAbility('messages.send')
  @Operation(sendMessageOperation)
  sendMessage(
    @Body(new DtoPipe(SendMessageDto)) { body, problems }: CheckedBody<SendMessageDto>,
    @CurrentCaller() { workspace, apiKeyId }: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const content = { type: 'text', content: { body: body.message } };
    return this.#send({ to: this.#recipientOf(body), workspace, apiKeyId, idempotency, ...content }, body, problems);
  }

  @Post('send-location')
  @HttpCode(200)
  @RequireAbility('messages.send')
  @Operation(sendLocationOperation)
  sendLocation(
    @Body(new DtoPipe(SendLocationDto)) { body, problems }: CheckedBody<SendLocationDto>,
    @CurrentCaller() { workspace, apiKeyId }: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const content = { type: 'location', content: locationOf(body) };
    return this.#send({ to: this.#recipientOf(body), workspace, apiKeyId, idempotency, ...content }, body, problems);
  }

  @Post('send-template')
  @HttpCode(200)
  @RequireAbility('messages.send')
  @Operation(sendTemplateOperation)
  async sendTemplate(
    @Body(new DtoPipe(SendTemplateDto)) { body, problems }: CheckedBody<SendTemplateDto>,
    @CurrentCaller() { workspace, apiKeyId }: Caller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<object> {
    const input = {
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
    const { message } = await this.conversations.sendTemplateTo({ ...input, phoneNumberId });
    return presentSent(message);
  }

  #recipientOf({ phone }: { readonly phone: string }): string {
    return recipientOf(phone, this.contactsOptions.defaultCountry);
  }

  /** What the service finds wrong. Where nobody knows the number, there is no template to hold the values against. */
  async #check(input: SendTemplateInput, sender: SenderDto): Promise<Problem[]> {
    try {
      const phoneNumberId = await this.#numberOf(sender, input.workspace);
      return await this.messages.checkTemplate({ ...input, phoneNumberId });
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      return (await this.messages.checkTemplate(input)).filter(({ path }) => !isOfValues(path));
    }
  }

  async #send(input: SendToInput, sender: SenderDto, problems: readonly Problem[]): Promise<object> {
    const all = [...problems, ...this.conversations.check(input)];
    if (all.length > 0) throw new ValidationError(all);
    const { idempotency, workspace } = input;
    const answered = typeof idempotency === 'object' ? await this.messages.answered(idempotency) : undefined;
    if (answered) return presentSent(answered);
    const phoneNumberId = await this.#numberOf(sender, workspace);
    const { message } = await this.conversations.sendTo({ ...input, phoneNumberId });
    return presentSent(message);
  }

  /** Meta's id of the number that is to send; undefined for the primary one. @throws NotFoundError */
  async #numberOf({ account_id }: SenderDto, workspace: string | undefined): Promise<string | undefined> {
    if (account_id === undefined || account_id === null) return undefined;
    return (await this.accounts.phoneNumberByRow(account_id, { workspace })).phoneNumberId;
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

/** Answer of every send. It is told from the message's row, so that a repeated request is told the same. */
function presentSent(message: MessageEntity): object {
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
