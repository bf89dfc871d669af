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
import { locationOf } from './location-given.js';
import { SendLocationDto, SendMessageDto, SendTemplateDto } from './send.dto.js';
import { sendLocationOperation, sendMessageOperation, sendTemplateOperation } from './send.operations.js';
import type { SenderDto } from './sender.dto.js';
import { presentSent } from './sent.presenter.js';
import { isOfValues, valuesOf } from './values-given.js';

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
