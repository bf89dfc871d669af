import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import type { SendTemplateToInput } from '../../../conversations/conversations.inputs.js';
import { ConversationsService } from '../../../conversations/conversations.service.js';
import { type Problem, ValidationError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../idempotency/idempotency-key.js';
import { TemplateNotApprovedError } from '../../../messages/messages.errors.js';
import { MessagesService } from '../../../messages/messages.service.js';
import type { Form } from '../../bodies/multipart/form.js';
import { DtoPipe } from '../../dto.pipe.js';
import { givenFields } from '../uploads/given-fields.js';
import { keyOfForm } from '../uploads/key-of-form.js';
import { Uploads } from '../uploads/uploads.js';
import { contactPath, readContact } from './contact-given.js';
import { readHeaderMedia, withMediaId } from './header-media.js';
import { TemplateMessageDto } from './template-message.dto.js';
import { valuePath, valuesGiven } from './values-given.js';

/** Reads requests to send a template. */
@Injectable()
export class TemplateRequests {
  readonly #pipe = new DtoPipe(TemplateMessageDto);

  constructor(
    private readonly conversations: ConversationsService,
    private readonly messages: MessagesService,
    private readonly uploads: Uploads,
  ) {}

  /**
   * What is to be sent, its file already at Meta.
   * @throws ValidationError with everything that is wrong, before Meta is asked for anything but the template
   * @throws NotFoundError, TemplateNotApprovedError, MetaApiError, MetaUnreachableError: nothing was sent
   */
  async read(form: Form, caller: Caller, idempotency: IdempotencyInput | undefined): Promise<SendTemplateToInput> {
    const { body, problems: wrong } = await this.#pipe.transform(givenFields(form.fields));
    const media = readHeaderMedia(body, form);
    const { contact, problems: wrongContact } = readContact(body.contact);
    const input: SendTemplateToInput = {
      workspace: caller.workspace,
      apiKeyId: caller.apiKeyId,
      phoneNumberId: body.from_phone_number_id,
      to: body.phone_number,
      template: body.template_name,
      language: body.template_language,
      inOrder: valuesGiven(body, media.named),
      contact,
      idempotency: keyOfForm(idempotency, form),
    };
    await this.#check(input, [...form.problems, ...wrong, ...media.problems, ...wrongContact]);
    if (!media.upload) return input;
    const { workspace, phoneNumberId } = input;
    const id = await this.uploads.mediaIdOf(media.upload.file, { workspace, phoneNumberId });
    return { ...input, inOrder: valuesGiven(body, withMediaId(media, id)) };
  }

  async #check(input: SendTemplateToInput, given: readonly Problem[]): Promise<void> {
    const found = await this.messages.checkTemplate(input);
    const problems = [...given, ...this.conversations.checkContact(input.contact), ...found];
    const refusal = await this.messages.assertSendable(input).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (refusal === undefined && problems.length === 0) return;
    if (problems.length === 0) throw refusal;
    if (refusal instanceof TemplateNotApprovedError) {
      problems.push({ path: 'template', message: 'Template is not APPROVED.' });
    }
    throw new ValidationError(problems.map(({ path, message }) => ({ path: contactPath(valuePath(path)), message })));
  }
}
