import { Injectable } from '@nestjs/common';
import { PhoneNumbers } from '../../accounts/phone-numbers.js';
import { WorkspacesService } from '../../accounts/workspaces.service.js';
import { ConversationSends, type SentMessage } from '../../conversations/conversation-sends.js';
import type { ConversationEnvelope, SendTemplateToInput } from '../../conversations/conversations.inputs.js';
import { ConversationReads } from '../../conversations/conversation-reads.js';
import { type ValidationProblem, ValidationError } from '../../errors.js';
import { isJsonObject, type JsonObject } from '../../graph/json.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';
import { TemplateNotApprovedError } from '../../messages/messages.errors.js';
import { IdempotentSends } from '../../messages/idempotent-sends.js';
import { isIdentifier } from '../../identifier.js';
import { TemplateFinder } from '../../templates/template-finder.js';
import { variablesOfComponents, checkMessageComponents } from '../../templates/variables/variables-of-components.js';

/** A template with its values, which are checked. */
export type FilledTemplate = Omit<SendTemplateToInput, 'to' | 'requestId' | 'idempotency'>;

/** Templates with their values as components in Meta's own shape. */
@Injectable()
export class ConversationTemplates {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly templates: TemplateFinder,
    private readonly conversations: ConversationReads,
    private readonly sends: ConversationSends,
    private readonly messages: IdempotentSends,
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
    const number = await this.phoneNumbers.find(await this.workspaces.idOf(workspace), phoneNumberId);
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
  ): Promise<SentMessage> {
    const conversation = await this.conversations.find(id, envelope.workspace);
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
    return this.sends.sendTemplate(id, { ...filled, ...envelope });
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
): ValidationProblem[] {
  const problems: ValidationProblem[] = [];
  if (!isIdentifier(given.name, 512)) {
    problems.push({ path: paths.name, message: 'is required; write the name of a template, as Meta has it.' });
  }
  if (!isIdentifier(given.language, 32)) {
    problems.push({ path: paths.language, message: 'must be the code of a language, such as "es" or "en_US".' });
  }
  return problems;
}
