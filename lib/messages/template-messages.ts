import { Inject, Injectable } from '@nestjs/common';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { PhoneNumbers, type PhoneNumberOfAccount } from '../accounts/phone-numbers.js';
import { isGifHeader } from '../media/media-types.js';
import { StoredMedia } from '../media/media-upload.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../errors.js';
import { TemplateFinder } from '../templates/template-finder.js';
import { hasOneTimeCode, withoutSecrets, type TemplateVariables } from '../templates/variables/variable-values.js';
import { TemplateEntity } from '../templates/template.entity.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from './messages.options.js';
import { TemplateNotApprovedError } from './messages.errors.js';
import {
  checkMarketing,
  type MarketingSettings,
  routeOf,
  routeProblems,
  type SendRoute,
  settingsFrom,
} from './marketing-routes.js';
import type { PreparedMessage } from './message-sender.js';
import { NO_CODE_BY_USER_ID, type ReadRecipient, readRecipient } from './recipient.js';
import { portfolioOf } from './portfolio.js';
import { throughputOf } from '../pacing/pace-rules.js';
import { payloadOf, checkEnvelope, type MessageEnvelope, type MessageContent } from './message-call.js';
import type { TemplateMessageComponent } from '../templates/message-component.js';
import { type FilledPart, fillTemplate, resolveTemplate } from '../templates/variables/fill-template.js';
import { readInOrder, type ValuesInOrder } from '../templates/variables/values-in-order.js';
import { saltContent } from './pending-content.js';
import { isIdentifier } from '../identifier.js';

interface FoundTemplate {
  readonly phoneNumber: PhoneNumberOfAccount;
  readonly template: TemplateEntity;
  readonly reading: ReadTemplateValues;
  readonly route: SendRoute;
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
    private readonly media: StoredMedia,
  ) {}

  /**
   * Everything wrong with the input's own words: names and recipient always, the variables where the template is known.
   * Says nothing of a template or number that does not exist: `prepare` throws for those.
   */
  async check(input: TemplateRequest): Promise<ValidationProblem[]> {
    const names = checkNames(input);
    const recipient = this.#readRecipient(input.to);
    const problems = [...names, ...(recipient.problems ?? [])];
    if (names.length > 0) return problems;
    try {
      const found = await this.#find(await this.workspaces.idOf(input.workspace), input);
      const { template, reading, route } = found;
      const ofTemplate = [...codeProblems(template, recipient), ...routeProblems(route), ...reading.problems];
      return [...problems, ...ofTemplate, ...(await this.#gifProblems(found))];
    } catch (error) {
      if (error instanceof NotFoundError) return problems;
      throw error;
    }
  }

  /** @throws ValidationError, NotFoundError, TemplateNotApprovedError */
  async prepare(input: TemplateRequest): Promise<PreparedMessage> {
    const names = checkNames(input);
    if (names.length > 0) {
      throw new ValidationError([...names, ...(this.#readRecipient(input.to).problems ?? [])]);
    }
    const workspaceId = await this.workspaces.idOf(input.workspace);
    const found = await this.#find(workspaceId, input);
    const { phoneNumber, template, reading, route } = found;
    if (template.status !== 'APPROVED') throw new TemplateNotApprovedError(template.name, template.status);
    const recipient = this.#readRecipient(input.to);
    const { values, components } = reading;
    const problems = [
      ...(recipient.problems ?? []),
      ...codeProblems(template, recipient),
      ...routeProblems(route),
      ...reading.problems,
      ...(route.isMarketingOnly ? await this.#gifProblems(found) : []),
    ];
    if (recipient.problems || problems.length > 0) throw new ValidationError(problems);
    const { payload, secrets } = templateContent(template, values, components);
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
      route,
      secrets,
      portfolio: portfolioOf(phoneNumber),
      credential: await this.credentials.of(phoneNumber.account.businessAccountId),
    };
  }

  async #find(workspaceId: number, input: TemplateRequest): Promise<FoundTemplate> {
    const phoneNumber = await this.phoneNumbers.find(workspaceId, input.phoneNumberId);
    const name = { name: input.template, language: input.language };
    const found = await this.templates.findFor(phoneNumber.account, name, (template) =>
      readTemplateValues(template, input),
    );
    const settings = settingsFrom(input, this.options.marketing);
    return { phoneNumber, ...found, route: routeOf(found.template, phoneNumber.account, settings) };
  }

  /** Of files that were uploaded here, more is known than Meta says in time. */
  async #gifProblems({ phoneNumber, reading, route }: FoundTemplate): Promise<ValidationProblem[]> {
    const ids = route.isMarketingOnly ? gifIdsIn(reading.components) : [];
    if (ids.length === 0) return [];
    const known = await this.media.withIds(phoneNumber.phoneNumberId, ids);
    const message = 'is no mp4 file of at most 3.5 MB, as a GIF header must be.';
    return known.some((media) => !isGifHeader(media)) ? [{ path: 'variables.header_gif', message }] : [];
  }

  #readRecipient(to: unknown): ReadRecipient {
    return readRecipient(to, this.options.defaultCountry);
  }
}

/** Meta's ids of the files in GIF headers. */
function gifIdsIn(components: readonly TemplateMessageComponent[]): string[] {
  return components.flatMap((component) => {
    if ('cards' in component) return component.cards.flatMap((card) => gifIdsIn(card.components));
    return component.parameters.flatMap((one) => (one.type === 'gif' && 'id' in one.gif ? [one.gif.id] : []));
  });
}

const codeProblems = (template: TemplateEntity, recipient: ReadRecipient): ValidationProblem[] =>
  !recipient.problems && recipient.userId !== null && hasOneTimeCode(template)
    ? [{ path: 'to', message: NO_CODE_BY_USER_ID }]
    : [];

/** What a `text` column of MySQL holds, less a little. */
const LARGEST_CONTENT = 60_000;

/** A template with someone's values: the values by name, everything that is wrong with them, and else what Meta takes. */
export interface ReadTemplateValues extends FilledPart {
  readonly values: TemplateVariables;
}

/** Fills a template with the values of an input. */
export function readTemplateValues(
  template: TemplateEntity,
  { variables, buttonVariables, cards, tapTargets, inOrder }: TemplateVariables & Pick<TemplateRequest, 'inOrder'>,
): ReadTemplateValues {
  const named = withoutUndefined({ variables, buttonVariables, cards, tapTargets });
  const read = inOrder && readInOrder(template, inOrder);
  if (read && read.problems.length > 0) return { values: {}, problems: read.problems, components: [] };
  const values = read ? { ...read.variables, ...(tapTargets && { tapTargets }) } : named;
  const filled = fillTemplate(template, values);
  if (filled.problems.length > 0 || Buffer.byteLength(JSON.stringify(values)) <= LARGEST_CONTENT) {
    return { values, ...filled };
  }
  const message = `are over ${LARGEST_CONTENT} bytes as JSON, buttons included.`;
  return { values, problems: [{ path: 'variables', message }], components: [] };
}

// A stored JSON has no undefined either.
const withoutUndefined = (values: TemplateVariables): TemplateVariables =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** What the row of a single message keeps of its values. */
function keptContent(template: TemplateEntity, values: TemplateVariables, codeSalt?: string): object {
  if (codeSalt !== undefined && hasOneTimeCode(template)) return saltContent(codeSalt);
  return withoutSecrets(template, values);
}

/**
 * What Meta gets of a template and its values.
 * @param components of the filled template, where it is filled already
 * @throws ValidationError when they do not fit each other
 */
export function templateContent(
  template: TemplateEntity,
  variables: TemplateVariables,
  components: readonly TemplateMessageComponent[] = resolveTemplate(template, variables),
): Pick<MessageContent, 'payload' | 'secrets'> {
  return {
    payload: {
      type: 'template',
      template: {
        name: template.name,
        language: { code: template.language },
        ...(components.length > 0 && { components }),
      },
    },
    secrets: hasOneTimeCode(template) ? codesIn(variables) : [],
  };
}

/** A template with a one-time code has no other values: each may be the code. */
const codesIn = ({ variables, buttonVariables }: TemplateVariables): string[] =>
  [...Object.values(variables ?? {}), ...Object.values(buttonVariables ?? {})].map(String);

/**
 * One template for one person.
 *
 * @publicApi
 */
export interface SendTemplateInput extends MessageEnvelope, TemplateVariables, MarketingSettings {
  /**
   * The recipient's number with country code, such as `+5491112345678`, or Meta's business-scoped user id, such as
   * `US.13491208655302741918`; a template with a one-time code takes numbers alone.
   */
  readonly to: string;
  /** Name of the template. */
  readonly template: string;
  /** Language of the template, such as `es` or `en_US`. */
  readonly language: string;
}

/** The same for APIs that name values by their place, or make codes. */
export interface TemplateRequest extends SendTemplateInput {
  /** The values in the order of the template's variables, instead of by name. */
  readonly inOrder?: ValuesInOrder;
  /** Kept with the message of a template that carries a one-time code; a code made from it can be returned again. */
  readonly codeSalt?: string | undefined;
}

/** What is wrong with the words that name number, template and language. */
export function checkNames(
  input: Pick<SendTemplateInput, 'template' | 'language' | 'phoneNumberId' | 'replyTo' | 'recipientIdentityKeyHash'> &
    MarketingSettings,
): ValidationProblem[] {
  const { template, language }: { readonly [Field in keyof typeof input]: unknown } = input;
  const problems: ValidationProblem[] = [];
  if (!isIdentifier(template, 512)) {
    problems.push({ path: 'template', message: 'is required; write the name of a template, as Meta has it.' });
  }
  if (!isIdentifier(language, 32)) {
    problems.push({ path: 'language', message: 'must be the code of a language, such as "es" or "en_US".' });
  }
  return [...problems, ...checkEnvelope(input), ...checkMarketing(input)];
}
