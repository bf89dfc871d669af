import { Injectable } from '@nestjs/common';
import { In, Not, Raw, Repository } from 'typeorm';
import type { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { BusinessAccounts } from '../accounts/business-accounts.js';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import { visitAccounts } from '../accounts/account-reads.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { LIKE_ESCAPE, likePart } from '../store/dialect.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../errors.js';
import { isRowId } from '../identifier.js';
import { pageProblems } from '../page-problems.js';
import { checkTemplateVariables, resolveTemplate, previewTemplate } from './variables/fill-template.js';
import type { TemplateMessageComponent } from './message-component.js';
import type { TemplateDefinition } from './template-component.js';
import { TemplateAuthoring } from './template-authoring.js';
import type { TemplateDraft, TemplateEdit } from './drafts/template-draft.js';
import { TemplateFinder, type TemplateName } from './template-finder.js';
import { TemplateSync } from './template-sync.js';
import { type TemplateVariable, variablesOf } from './variables/template-variables.js';
import { TemplateEntity } from './template.entity.js';
import { viewOfTemplate, type WhatsAppTemplate } from './template.view.js';
import type { TemplateVariables } from './variables/variable-values.js';

/**
 * Which templates to list.
 *
 * @publicApi
 */
export interface ListTemplates extends InWorkspace {
  /** Meta's id of one account; all of the workspace's when left out. */
  readonly businessAccountId?: string;
  /** Such as `APPROVED`; every status but `DELETED` when left out. */
  readonly status?: string;
  /** Such as `MARKETING`. */
  readonly category?: string;
  /** Such as `es` or `en_US`. */
  readonly language?: string;
  /** A part of the name. */
  readonly search?: string;
}

/**
 * Which page of the templates to list.
 *
 * @publicApi
 */
export interface ListTemplatePage extends ListTemplates {
  /** From 1. */
  readonly page: number;
  /** 1 to 100. */
  readonly pageSize: number;
}

/**
 * A page of templates.
 *
 * @publicApi
 */
export interface TemplatePage {
  /** By name and language. */
  readonly items: readonly WhatsAppTemplate[];
  /** How many there are on all pages. */
  readonly total: number;
}

/**
 * What templates can be filtered by.
 *
 * @publicApi
 */
export interface TemplateWords {
  /** In alphabetical order. */
  readonly languages: readonly string[];
  /** Meta's words, in alphabetical order. */
  readonly statuses: readonly string[];
}

/**
 * Message templates: what Meta has, which variables they take, and what they look like with values.
 *
 * @publicApi
 */
@Injectable()
export class TemplatesService {
  constructor(
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly workspaces: WorkspacesService,
    private readonly accounts: BusinessAccounts,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly finder: TemplateFinder,
    private readonly templateSync: TemplateSync,
    private readonly authoring: TemplateAuthoring,
  ) {}

  /**
   * Returns the stored templates of the workspace, by name and language.
   * @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND`, `WORKSPACE_NOT_FOUND`
   */
  async list(which: ListTemplates = {}): Promise<WhatsAppTemplate[]> {
    return (await this.#read(which)).items;
  }

  /**
   * Returns a page of the stored templates of the workspace, by name and language.
   * @throws ValidationError when the page is invalid; NotFoundError as {@link TemplatesService.list}
   */
  async listPage({ page, pageSize, ...which }: ListTemplatePage): Promise<TemplatePage> {
    const problems = pageProblems(page, pageSize);
    if (problems.length > 0) throw new ValidationError(problems);
    return this.#read(which, { skip: (page - 1) * pageSize, take: pageSize });
  }

  /**
   * Returns one template by name and language; looked up at Meta once when the database lacks it.
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`
   */
  async get(template: TemplateName): Promise<WhatsAppTemplate> {
    const account = await this.#accountOf(template);
    return viewOfTemplate(await this.finder.find(account, template), account);
  }

  /** Returns the languages and statuses that the workspace's stored templates have, for filters. */
  async words({ workspace }: InWorkspace = {}): Promise<TemplateWords> {
    const accounts = await this.accounts.list({ workspace });
    const rows: readonly Pick<TemplateEntity, 'language' | 'status'>[] = await this.templates
      .createQueryBuilder('template')
      .select('template.language', 'language')
      .addSelect('template.status', 'status')
      .where({ accountId: In(accounts.map(({ id }) => id)) })
      .groupBy('template.language')
      .addGroupBy('template.status')
      .getRawMany();
    return {
      languages: distinct(rows.map(({ language }) => language)),
      statuses: distinct(rows.map(({ status }) => status)),
    };
  }

  /**
   * Returns one stored template by its row id.
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`
   */
  async getById(id: number, { workspace }: InWorkspace = {}): Promise<WhatsAppTemplate> {
    const accounts = await this.accounts.list({ workspace });
    const row = isRowId(id)
      ? await this.templates.findOneBy({ id, accountId: In(accounts.map((account) => account.id)) })
      : null;
    const account = accounts.find((candidate) => candidate.id === row?.accountId);
    if (!row || !account) throw new NotFoundError('TEMPLATE_NOT_FOUND', `There is no template ${id}.`);
    return viewOfTemplate(row, account);
  }

  /**
   * Fetches all templates of the workspace's accounts, or of one, from Meta now.
   * @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND`; MetaApiError, MetaUnreachableError
   */
  async sync(where: InWorkspace & { readonly businessAccountId?: string } = {}): Promise<void> {
    await visitAccounts(await this.#accountsOf(where), (account) => this.templateSync.sync(account));
  }

  /** Returns what the template asks for: names, kinds and places of its variables. */
  variablesOf(template: TemplateDefinition): TemplateVariable[] {
    return variablesOf(template);
  }

  /** Returns everything that is wrong with the variables, each with its path; an empty list when Meta will take them. */
  check(template: TemplateDefinition, variables: TemplateVariables): ValidationProblem[] {
    return checkTemplateVariables(template, variables);
  }

  /**
   * Returns the `components` that Meta's `messages` endpoint takes.
   * @throws ValidationError with every problem that `check` finds
   */
  resolve(template: TemplateDefinition, variables: TemplateVariables): TemplateMessageComponent[] {
    return resolveTemplate(template, variables);
  }

  /** Returns the text that the recipient reads; one-time codes are masked. */
  preview(template: TemplateDefinition, variables: TemplateVariables): string {
    return previewTemplate(template, variables);
  }

  /**
   * Creates a template at Meta, which then reviews it.
   * @throws ValidationError when the draft breaks a rule that Meta would refuse it for
   * @throws NotFoundError `BUSINESS_ACCOUNT_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`
   * @throws MetaApiError when Meta refuses it; MetaUnreachableError, OutcomeUnknownError
   * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
   */
  async create(
    draft: TemplateDraft,
    where: InWorkspace & { readonly businessAccountId?: string } = {},
  ): Promise<WhatsAppTemplate> {
    const account = await this.#accountOf(where);
    return viewOfTemplate(await this.authoring.create(account, draft), account);
  }

  /**
   * Replaces a template's components or category at Meta. An approved one: once in 24 hours, 10 times in 30 days.
   * @throws ValidationError, NotFoundError `TEMPLATE_NOT_FOUND`
   * @throws MetaApiError when Meta refuses it; MetaUnreachableError, OutcomeUnknownError
   */
  async edit(template: TemplateName, edit: TemplateEdit): Promise<WhatsAppTemplate> {
    const account = await this.#accountOf(template);
    const edited = await this.authoring.edit(account, await this.finder.find(account, template), edit);
    return viewOfTemplate(edited, account);
  }

  /**
   * Deletes one language of a template at Meta; its name cannot be used again for 30 days.
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`; MetaApiError, MetaUnreachableError, OutcomeUnknownError
   */
  async delete(template: TemplateName): Promise<void> {
    const account = await this.#accountOf(template);
    await this.authoring.delete(account, await this.finder.find(account, template));
  }

  async #read(
    { workspace, businessAccountId, status, category, language, search }: ListTemplates,
    page: { readonly skip?: number; readonly take?: number } = {},
  ): Promise<{ readonly items: WhatsAppTemplate[]; readonly total: number }> {
    const accounts = new Map((await this.#accountsOf({ workspace, businessAccountId })).map((one) => [one.id, one]));
    const [rows, total] = await this.templates.findAndCount({
      where: {
        accountId: In([...accounts.keys()]),
        status: status ?? Not('DELETED'),
        ...(category !== undefined && { category }),
        ...(language !== undefined && { language }),
        ...(search !== undefined && { name: holds(search) }),
      },
      order: { name: 'ASC', language: 'ASC', id: 'ASC' },
      ...page,
    });
    const items = rows.flatMap((row) => {
      const account = accounts.get(row.accountId);
      return account ? [viewOfTemplate(row, account)] : [];
    });
    return { items, total };
  }

  /** The account named, else all of the workspace. */
  async #accountsOf({ workspace, businessAccountId }: OfAccount): Promise<BusinessAccountEntity[]> {
    if (businessAccountId === undefined) return this.accounts.list({ workspace });
    return [await this.accounts.find(businessAccountId, { workspace })];
  }

  /** The account named, else the one that the workspace's primary phone number belongs to. */
  async #accountOf({ workspace, businessAccountId }: OfAccount): Promise<BusinessAccountEntity> {
    if (businessAccountId !== undefined) return this.accounts.find(businessAccountId, { workspace });
    const { account } = await this.phoneNumbers.find(await this.workspaces.idOf(workspace), undefined);
    return account;
  }
}

type OfAccount = InWorkspace & { readonly businessAccountId?: string };

/** Names at Meta are lower case. */
const holds = (text: string) =>
  Raw((column) => `${column} LIKE :part ${LIKE_ESCAPE}`, { part: likePart(text.trim().toLowerCase()) });

const distinct = (words: readonly string[]): string[] => [...new Set(words)].toSorted();
