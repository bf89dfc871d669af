import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../auth/caller.js';
import type { SendTemplateToInput, SentInConversation } from '../../../conversations/conversations.inputs.js';
import { ConversationsService } from '../../../conversations/conversations.service.js';
import { NotFoundError, type Problem, ValidationError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../idempotency/idempotency-key.js';
import { TemplateNotApprovedError } from '../../../messages/messages.errors.js';
import { MessagesService } from '../../../messages/messages.service.js';
import type { Form } from '../../bodies/multipart/form.js';
import { DtoPipe } from '../../dto.pipe.js';
import { withFurther } from '../../further-problems.js';
import { fieldOf } from '../problems.presenter.js';
import { givenFields } from '../uploads/given-fields.js';
import { keyOfForm } from '../uploads/key-of-form.js';
import { Uploads } from '../uploads/uploads.js';
import { contactPath, readContact } from './contact-given.js';
import { type GeneratedCode, generateCode, sentCode } from './generated-code.js';
import { type HeaderMedia, readHeaderMedia, withMediaId } from './header-media.js';
import { TemplateMessageDto, YES } from './template-message.dto.js';
import { valuePath, valuesGiven } from './values-given.js';

interface Read {
  readonly input: SendTemplateToInput;
  readonly key: IdempotencyInput | undefined;
  readonly body: TemplateMessageDto;
  readonly media: HeaderMedia;
  readonly generated: GeneratedCode | undefined;
  /** What is wrong with all but the template and its values. */
  readonly problems: readonly Problem[];
}

/** A template that was sent, with its one-time code if that was generated here; null if it is no longer known. */
export interface SentTemplate extends SentInConversation {
  readonly otpCode?: string | null;
}

const CODE_TWICE: Problem = {
  path: 'otp_code',
  message: 'is given together with auto_generate_otp; send one of the two.',
};

/** Fulfils requests to send a template. */
@Injectable()
export class TemplateRequests {
  readonly #pipe = new DtoPipe(TemplateMessageDto);

  constructor(
    private readonly conversations: ConversationsService,
    private readonly messages: MessagesService,
    private readonly uploads: Uploads,
  ) {}

  /**
   * @throws ValidationError with everything that is wrong, before Meta is asked for anything but the template
   * @throws as `ConversationsService.sendTemplateTo` and, of the file, as `Uploads.mediaIdOf`
   */
  async send(form: Form, caller: Caller, idempotency: IdempotencyInput | undefined): Promise<SentTemplate> {
    const read = await this.#read(form, caller, idempotency);
    const { generated, key } = read;
    try {
      const sent = await this.#send(read);
      return { ...sent, ...(generated && { otpCode: sentCode(generated, sent.message, key) }) };
    } catch (error) {
      throw await this.#whole(error, read);
    }
  }

  async #read(form: Form, caller: Caller, idempotency: IdempotencyInput | undefined): Promise<Read> {
    const { body, problems: wrong } = await this.#pipe.transform(givenFields(form.fields));
    const media = readHeaderMedia(body, form);
    const { contact, problems: wrongContact } = readContact(body.contact);
    const key = keyOfForm(idempotency, form);
    const isToGenerate = YES.some((yes) => yes === body.auto_generate_otp);
    const generated = isToGenerate ? generateCode(key) : undefined;
    const twice = generated && body.otp_code !== undefined ? [CODE_TWICE] : [];
    const input: SendTemplateToInput = {
      workspace: caller.workspace,
      apiKeyId: caller.apiKeyId,
      phoneNumberId: body.from_phone_number_id,
      to: body.phone_number,
      template: body.template_name,
      language: body.template_language,
      inOrder: valuesGiven(body, media.named, generated?.code),
      codeSalt: generated?.codeSalt,
      contact,
      idempotency: key,
    };
    const problems = [
      ...wrong,
      ...twice,
      ...media.problems,
      ...wrongContact,
      ...this.conversations.checkContact(contact),
    ];
    return { input, key, body, media, generated, problems: [...form.problems, ...problems] };
  }

  async #send({ input, key, body, media, problems }: Read): Promise<SentInConversation> {
    if (problems.length > 0) throw new ValidationError(problems);
    if (!media.upload) return this.conversations.sendTemplateTo(input);
    // A file that was sent before is not uploaded again.
    const before = await this.conversations.answered(key);
    if (before) return before;
    await this.messages.assertSendable(input);
    const { workspace, phoneNumberId } = input;
    const id = await this.uploads.mediaIdOf(media.upload.file, { workspace, phoneNumberId });
    return this.conversations.sendTemplateTo({ ...input, inOrder: valuesGiven(body, withMediaId(media, id)) });
  }

  /** What went wrong; a refusal with everything that is wrong beside what it tells of, in this API's names. */
  async #whole(failure: unknown, { input, problems: given }: Read): Promise<unknown> {
    const isOfTemplate = failure instanceof NotFoundError || failure instanceof TemplateNotApprovedError;
    if (!isOfTemplate && !(failure instanceof ValidationError)) return failure;
    const problems = withFurther(inOurNames(given), inOurNames(await this.messages.checkTemplate(input)));
    if (problems.length === 0) return failure;
    const refusal: unknown = await this.messages.assertSendable(input).catch((error: unknown) => error);
    if (refusal instanceof TemplateNotApprovedError) {
      problems.push({ path: 'template_name', message: 'Template is not APPROVED.' });
    }
    return new ValidationError(problems);
  }
}

const inOurNames = (problems: readonly Problem[]): Problem[] =>
  problems.map((problem) => ({ ...problem, path: fieldOf(contactPath(valuePath(problem.path))) }));
