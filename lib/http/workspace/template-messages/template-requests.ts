import { Injectable } from '@nestjs/common';
import type { WhatsAppCaller } from '../../../auth/caller.js';
import {
  checkContact,
  ConversationSends,
  type SentMessage,
  type TemplateToRequest,
} from '../../../conversations/conversation-sends.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../../../errors.js';
import type { IdempotencyInput } from '../../../messages/idempotency-key.js';
import { TemplateNotApprovedError } from '../../../messages/messages.errors.js';
import { TemplateMessages } from '../../../messages/template-messages.js';
import type { Form } from '../../bodies/multipart/form.js';
import { DtoPipe, withFurther, fieldsOf } from '../../surface/dto.js';
import { FieldNames } from '../../surface/field-names.js';
import { givenFields, keyOfForm, Uploads } from '../uploads/uploads.js';
import { type HeaderMedia, readHeaderMedia, withMediaId } from './header-media.js';
import { TemplateContactDto, TemplateMessageDto, TemplateMessageForm, YES } from './template-message.dto.js';
import { createHmac, randomBytes } from 'node:crypto';
import { codeSaltOf } from '../../../messages/pending-content.js';
import type { MessageEntity } from '../../../messages/message.entity.js';
import type { ContactFields } from '../../../contacts/contacts.inputs.js';
import { isJsonObject } from '../../../graph/json.js';
import type { ListedFields, ValuesInOrder } from '../../../templates/variables/values-in-order.js';

interface Read {
  readonly input: TemplateToRequest;
  readonly key: IdempotencyInput | undefined;
  readonly body: TemplateMessageDto;
  readonly media: HeaderMedia;
  readonly generated: GeneratedCode | undefined;
  /** What is wrong with all but the template and its values. */
  readonly problems: readonly ValidationProblem[];
}

/** A template that was sent, with its one-time code if that was generated here; null if it is no longer known. */
export interface SentTemplate extends SentMessage {
  readonly otpCode?: string | null;
}

const CODE_TWICE: ValidationProblem = {
  path: 'otp_code',
  message: 'is given together with auto_generate_otp; send one of the two.',
};

/** Fulfils requests to send a template. */
@Injectable()
export class TemplateRequests {
  readonly #pipe = new DtoPipe(TemplateMessageDto);

  constructor(
    private readonly sends: ConversationSends,
    private readonly templates: TemplateMessages,
    private readonly uploads: Uploads,
  ) {}

  /**
   * @throws ValidationError with everything that is wrong, before Meta is asked for anything but the template
   * @throws as `ConversationsService.sendTemplateTo` and, of the file, as `Uploads.mediaIdOf`
   */
  async send(form: Form, caller: WhatsAppCaller, idempotency: IdempotencyInput | undefined): Promise<SentTemplate> {
    const read = await this.#read(form, caller, idempotency);
    const { generated, key } = read;
    try {
      const sent = await this.#send(read);
      return { ...sent, ...(generated && { otpCode: sentCode(generated, sent.message, key) }) };
    } catch (error) {
      throw await this.#whole(error, read);
    }
  }

  async #read(form: Form, caller: WhatsAppCaller, idempotency: IdempotencyInput | undefined): Promise<Read> {
    const { body, problems: wrong } = this.#pipe.transform(givenFields(form.fields));
    const media = readHeaderMedia(body, form);
    const { contact, problems: wrongContact } = readContact(body.contact);
    const key = keyOfForm(idempotency, form);
    const isToGenerate = YES.some((yes) => yes === body.auto_generate_otp);
    const generated = isToGenerate ? generateCode(key) : undefined;
    const twice = generated && body.otp_code !== undefined ? [CODE_TWICE] : [];
    const input: TemplateToRequest = {
      workspace: caller.workspace,
      apiKeyId: caller.apiKeyId,
      phoneNumberId: body.from_phone_number_id,
      to: body.phone_number,
      template: body.template_name,
      language: body.template_language,
      inOrder: parseValues(body, media.named, generated?.code),
      codeSalt: generated?.codeSalt,
      contact,
      idempotency: key,
    };
    const problems = [...wrong, ...twice, ...media.problems, ...wrongContact, ...checkContact(contact)];
    return { input, key, body, media, generated, problems: [...form.problems, ...problems] };
  }

  async #send({ input, key, body, media, problems }: Read): Promise<SentMessage> {
    if (problems.length > 0) throw new ValidationError(problems);
    if (!media.upload) return this.sends.sendTemplateTo(input);
    // A file that was sent before is not uploaded again.
    const before = await this.sends.answered(key);
    if (before) return before;
    await this.sends.assertTemplateSendable(input);
    const { workspace, phoneNumberId } = input;
    const id = await this.uploads.mediaIdOf(media.upload.file, { workspace, phoneNumberId });
    return this.sends.sendTemplateTo({ ...input, inOrder: parseValues(body, withMediaId(media, id)) });
  }

  /** Returns the failure; a refusal with all further problems of the request, in this API's names. */
  async #whole(failure: unknown, { input, problems: given }: Read): Promise<unknown> {
    const isOfTemplate = failure instanceof NotFoundError || failure instanceof TemplateNotApprovedError;
    if (!isOfTemplate && !(failure instanceof ValidationError)) return failure;
    const problems = withFurther(
      FIELD_NAMES.inProblems(given),
      FIELD_NAMES.inProblems(await this.templates.check(input)),
    );
    if (problems.length === 0) return failure;
    const refusal: unknown = await this.templates.prepare(input).catch((error: unknown) => error);
    if (refusal instanceof TemplateNotApprovedError) {
      problems.push({ path: 'template_name', message: 'Template is not APPROVED.' });
    }
    return new ValidationError(problems);
  }
}

const FIELD_NAMES = new FieldNames(TemplateMessageForm);

const DIGITS = 6;

/** A one-time code that was made here. */
interface GeneratedCode {
  readonly code: string;
  /** Kept with the message, where the request may be repeated. */
  readonly codeSalt: string | undefined;
}

/**
 * Makes a one-time code. A request that may be repeated must be answered with the same code, which is not stored: it is made of
 * random bytes, which are, and of the client's idempotency key, of which only a hash is.
 */
function generateCode(idempotency: IdempotencyInput | undefined): GeneratedCode {
  const salt = randomBytes(32).toString('base64url');
  return { code: oneTimeCodeOf(salt, idempotency), codeSalt: idempotency && salt };
}

/** The code that a message was sent with: also when an earlier request of the same key sent it. */
function sentCode(
  { code, codeSalt }: GeneratedCode,
  message: MessageEntity,
  idempotency: IdempotencyInput | undefined,
): string | null {
  if (codeSalt === undefined) return code;
  const salt = codeSaltOf(message);
  return salt === undefined ? null : oneTimeCodeOf(salt, idempotency);
}

/** Of 2^48 the remainder prefers no code by more than a billionth. */
function oneTimeCodeOf(salt: string, idempotency: IdempotencyInput | undefined): string {
  const bytes = createHmac('sha256', salt)
    .update(idempotency?.key ?? '')
    .digest();
  return String(bytes.readUIntBE(0, 6) % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** Reads the contact of a send, in the module's names. `ConversationSends` checks the fields. */
function readContact(given: unknown): {
  readonly contact: ContactFields;
  readonly problems: readonly ValidationProblem[];
} {
  if (given === undefined) return { contact: {}, problems: [] };
  const read = givenFields(typeof given === 'string' ? parsed(given) : given);
  if (!isJsonObject(read)) {
    const message = 'must be an object with firstname, lastname, email, country and groups.';
    return { contact: {}, problems: [{ path: 'contact', message }] };
  }
  const fields = Array.from(fieldsOf(TemplateContactDto)).flatMap(([name, { service = name }]) =>
    read[name] === undefined ? [] : [[String(service), read[name]] as const],
  );
  return { contact: Object.fromEntries(fields), problems: [] };
}

/** Forms without brackets in their names send it as JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The values of a template, by the order of its variables. */
function parseValues(body: TemplateMessageDto, media: HeaderMedia['named'], generatedCode?: string): ValuesInOrder {
  const { button_0, button_1, button_2, otp_code } = body;
  return {
    templatePath: 'template_name',
    headerText: listed('header_field_', [body.header_field_1]),
    body: listed('field_', [
      body.field_1,
      body.field_2,
      body.field_3,
      body.field_4,
      body.field_5,
      body.field_6,
      body.field_7,
      body.field_8,
      body.field_9,
      body.field_10,
    ]),
    named: {
      ...media,
      button_0: { path: 'button_0', value: button_0 },
      button_1: { path: 'button_1', value: button_1 },
      button_2: { path: 'button_2', value: button_2 },
    },
    oneTimeCode:
      generatedCode === undefined
        ? { path: 'otp_code', value: otp_code }
        : { path: 'auto_generate_otp', value: generatedCode },
  };
}

/** Fields that are counted from 1. */
const listed = (name: string, values: readonly unknown[]): ListedFields => ({
  values,
  pathOf: (index) => `${name}${index + 1}`,
});
