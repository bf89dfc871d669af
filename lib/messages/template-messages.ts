import { Inject, Injectable } from '@nestjs/common';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { PhoneNumbers, type PhoneNumberOfAccount } from '../accounts/phone-numbers.js';
import { MarketingConsents } from '../contacts/marketing-consents.js';
import { NotFoundError, type Problem, ValidationError } from '../errors.js';
import { TemplateFinder } from '../templates/template-finder.js';
import { hasOneTimeCode } from '../templates/variables/template-secrets.js';
import { TemplateEntity } from '../templates/template.entity.js';
import { WorkspacesService } from '../workspaces/workspaces.service.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from './messages.options.js';
import { TemplateNotApprovedError } from './messages.errors.js';
import type { PreparedMessage } from './message-sender.js';
import { NO_CODE_BY_USER_ID, type ReadRecipient, readRecipient, recipientOf } from './recipient.js';
import { portfolioOf } from './portfolio.js';
import { throughputOf } from '../pacing/throughput.js';
import { payloadOf } from './message-envelope.js';
import { checkNames, type SendTemplateInput } from './send-template.input.js';
import { keptContent, readTemplateValues, templateContent } from './template-content.js';

interface FoundTemplate {
  readonly phoneNumber: PhoneNumberOfAccount;
  readonly template: TemplateEntity;
  readonly reading: ReturnType<typeof readTemplateValues>;
}

/** Turns what a caller wants sent of a template into what Meta takes, or says everything that is wrong with it. */
@Injectable()
export class TemplateMessages {
  constructor(
    @Inject(MESSAGES_OPTIONS) private readonly options: MessagesOptions,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly templates: TemplateFinder,
    private readonly consents: MarketingConsents,
  ) {}

  /**
   * Everything wrong with the input's own words: names and recipient always, the variables where the template is known.
   * Says nothing of a template or number that does not exist: `prepare` throws for those.
   */
  async check(input: SendTemplateInput): Promise<Problem[]> {
    const names = checkNames(input);
    const recipient = this.#readRecipient(input.to);
    const problems = [...names, ...(recipient.problems ?? [])];
    if (names.length > 0) return problems;
    try {
      const { template, reading } = await this.#find(await this.workspaces.idOf(input.workspace), input);
      return [...problems, ...codeProblems(template, recipient), ...reading.problems];
    } catch (error) {
      if (error instanceof NotFoundError) return problems;
      throw error;
    }
  }

  /** @throws ValidationError, NotFoundError, TemplateNotApprovedError, RecipientRefusedError */
  async prepare(input: SendTemplateInput): Promise<PreparedMessage> {
    const names = checkNames(input);
    if (names.length > 0) {
      throw new ValidationError([...names, ...(this.#readRecipient(input.to).problems ?? [])]);
    }
    const workspaceId = await this.workspaces.idOf(input.workspace);
    const { phoneNumber, template, reading } = await this.#find(workspaceId, input);
    if (template.status !== 'APPROVED') throw new TemplateNotApprovedError(template.name, template.status);
    const recipient = this.#readRecipient(input.to);
    const { values } = reading;
    const problems = [...(recipient.problems ?? []), ...codeProblems(template, recipient), ...reading.problems];
    if (recipient.problems || problems.length > 0) throw new ValidationError(problems);
    await this.consents.assertAllowed(workspaceId, recipientOf(recipient), template.category);
    const { payload, secrets } = templateContent(template, values);
    return {
      message: {
        workspaceId,
        phoneNumberId: phoneNumber.phoneNumberId,
        type: 'template',
        ...recipient,
        contextWamid: input.replyTo ?? null,
        templateName: template.name,
        templateLanguage: template.language,
        templateCategory: template.category,
        content: keptContent(template, values, input.codeSalt),
        apiKeyId: input.apiKeyId ?? null,
      },
      number: {
        phoneNumberId: phoneNumber.phoneNumberId,
        throughput: throughputOf(phoneNumber, this.options.messagesPerSecond),
      },
      payload: { ...payload, ...payloadOf(input) },
      secrets,
      portfolio: portfolioOf(phoneNumber),
      credential: await this.credentials.of(phoneNumber.account.businessAccountId),
    };
  }

  async #find(workspaceId: number, input: SendTemplateInput): Promise<FoundTemplate> {
    const phoneNumber = await this.phoneNumbers.find(workspaceId, input.phoneNumberId);
    const name = { name: input.template, language: input.language };
    const found = await this.templates.findFor(phoneNumber.account, name, (template) =>
      readTemplateValues(template, input),
    );
    return { phoneNumber, ...found };
  }

  #readRecipient(to: unknown): ReadRecipient {
    return readRecipient(to, this.options.defaultCountry);
  }
}

const codeProblems = (template: TemplateEntity, recipient: ReadRecipient): Problem[] =>
  !recipient.problems && recipient.userId !== null && hasOneTimeCode(template)
    ? [{ path: 'to', message: NO_CODE_BY_USER_ID }]
    : [];
