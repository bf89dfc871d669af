import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import type {
  ConversationEnvelope,
  SendTemplateToInput,
  SentInConversation,
} from '../../conversations/conversations.inputs.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { type Problem, ValidationError } from '../../errors.js';
import { isJsonObject, type JsonObject } from '../../graph/json-object.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';
import { TemplateNotApprovedError } from '../../messages/messages.errors.js';
import { MessagesService } from '../../messages/messages.service.js';
import { isIdentifier } from '../../identifier.js';
import { TemplateFinder } from '../../templates/template-finder.js';
import { variablesOfComponents, checkMessageComponents } from '../../templates/variables/variables-of-components.js';

/** A template with its values, which are checked. */
export type FilledTemplate = Omit<SendTemplateToInput, 'to' | 'requestId' | 'idempotency'>;

/** Templates with their values as components in Meta's own shape. */
@Injectable()
export class ConversationTemplates {
  constructor(
    private readonly accounts: AccountsService,
    private readonly templates: TemplateFinder,
    private readonly conversations: ConversationsService,
    private readonly messages: MessagesService,
  ) {}

  /**
   * @param phoneNumberId Meta's id of the number that will send; the workspace's primary one when undefined
   * @throws ValidationError, NotFoundError, TemplateNotApprovedError
   */
  async filled(
    { name, language, components }: { readonly name: string; readonly language: string; readonly components: unknown },
    workspace: string,
    phoneNumberId?: string,
  ): Promise<FilledTemplate> {
    const number = await this.accounts.phoneNumber(phoneNumberId, { workspace });
    const { template } = await this.templates.findFor(number.account, { name, language }, (candidate) => ({
      problems: checkMessageComponents(candidate, components),
    }));
    if (template.status !== 'APPROVED') throw new TemplateNotApprovedError(template.name, template.status);
    const values = variablesOfComponents(template, components);
    return { ...values, template: name, language, workspace, phoneNumberId: number.phoneNumberId };
  }

  /**
   * Sends a template in a conversation.
   * @param given `template` of a message, in Meta's own shape
   */
  async send(
    id: number,
    given: unknown,
    envelope: ConversationEnvelope & { workspace: string; idempotency?: IdempotencyInput | undefined },
  ): Promise<SentInConversation> {
    const conversation = await this.conversations.get(id, envelope);
    const answered = await this.messages.answered(envelope.idempotency); // the template may be another by now
    if (answered) return { message: answered, conversation };
    const { name, components } = isJsonObject(given) ? given : {};
    const language = isJsonObject(given) ? languageOf(given) : undefined;
    const problems = templateProblems(
      { name, language },
      { name: 'template.name', language: 'template.language.code' },
    );
    if (typeof name !== 'string' || typeof language !== 'string') throw new ValidationError(problems);
    const filled = await this.filled({ name, language, components }, envelope.workspace, conversation.phoneNumberId);
    return this.conversations.sendTemplate(id, { ...filled, ...envelope });
  }
}

/** The language of a template in Meta's own shape: `{"language":{"code":"es"}}`. */
function languageOf({ language }: JsonObject): unknown {
  return isJsonObject(language) ? language.code : language;
}

/** Returns the problems of a template's name and language. @param paths names of the two in the request */
export function templateProblems(
  given: { readonly name: unknown; readonly language: unknown },
  paths: { readonly name: string; readonly language: string },
): Problem[] {
  const problems: Problem[] = [];
  if (!isIdentifier(given.name, 512)) {
    problems.push({ path: paths.name, message: 'is required; write the name of a template, as Meta has it.' });
  }
  if (!isIdentifier(given.language, 32)) {
    problems.push({ path: paths.language, message: 'must be the code of a language, such as "es" or "en_US".' });
  }
  return problems;
}
