import { Injectable } from '@nestjs/common';
import { type FindManyOptions, In, Not, Repository } from 'typeorm';
import { AccountsService, type InWorkspace } from '../accounts/accounts.service.js';
import { visitAccounts } from '../accounts/account-reads.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import type { Problem } from '../errors.js';
import { checkTemplateVariables, resolveTemplate, previewTemplate } from './variables/fill-template.js';
import type { MessageComponent } from './message-component.js';
import type { TemplateDefinition } from './template-component.js';
import { TemplateAuthoring } from './template-authoring.js';
import type { TemplateDraft, TemplateEdit } from './drafts/template-draft.js';
import { TemplateFinder, type TemplateName } from './template-finder.js';
import { TemplateSync } from './template-sync.js';
import { type TemplateVariable, variablesOf } from './variables/template-variables.js';
import { TemplateEntity } from './template.entity.js';
import { type ValuesInOrder, valuesInOrder } from './variables/values-in-order.js';
import type { TemplateVariables } from './variables/variable-values.js';
import { variablesOfComponents } from './variables/variables-of-components.js';

/** Which templates to list. */
export interface ListTemplates extends InWorkspace {
  /** Meta's id of one account; all of the workspace's when left out. */
  readonly businessAccountId?: string;
  /** Such as `APPROVED`; every status but `DELETED` when left out. */
  readonly status?: string;
}

/** Which page of them. */
export interface PageOfTemplates extends ListTemplates {
  /** From 1. */
  readonly page: number;
  readonly pageSize: number;
}

export interface TemplatePage {
  readonly items: readonly TemplateEntity[];
  /** How many there are on all pages. */
  readonly total: number;
}

/** Message templates: what Meta has, what they need, and what they become. */
@Injectable()
export class TemplatesService {
  constructor(
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly accounts: AccountsService,
    private readonly finder: TemplateFinder,
    private readonly templateSync: TemplateSync,
    private readonly authoring: TemplateAuthoring,
  ) {}

  /** The stored templates of the workspace, by name and language. */
  async list(which: ListTemplates = {}): Promise<TemplateEntity[]> {
    return this.templates.find(await this.#listed(which));
  }

  /** A page of them, and how many there are. */
  async page({ page, pageSize, ...which }: PageOfTemplates): Promise<TemplatePage> {
    const skip = (page - 1) * pageSize;
    const [items, total] = await this.templates.findAndCount({ ...(await this.#listed(which)), skip, take: pageSize });
    return { items, total };
  }

  /**
   * One template by name and language; looked up at Meta once when the database lacks it.
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`
   */
  async get(template: TemplateName): Promise<TemplateEntity> {
    return this.finder.find(await this.#accountOf(template), template);
  }

  /** Fetches all templates of the workspace's accounts, or of one, from Meta now. */
  async sync({ workspace, businessAccountId }: InWorkspace & { businessAccountId?: string } = {}): Promise<void> {
    const accounts = businessAccountId
      ? [await this.accounts.get(businessAccountId, { workspace })]
      : await this.accounts.list({ workspace });
    await visitAccounts(accounts, (account) => this.templateSync.sync(account));
  }

  /** What the template asks for: names, kinds and places of its variables. */
  variablesOf(template: TemplateDefinition): TemplateVariable[] {
    return variablesOf(template);
  }

  /** Everything that is wrong with the variables, each with its path; empty when Meta will take them. */
  check(template: TemplateDefinition, variables: TemplateVariables): Problem[] {
    return checkTemplateVariables(template, variables);
  }

  /**
   * The `components` that Meta's `messages` endpoint takes.
   * @throws ValidationError with every problem that `check` finds
   */
  resolve(template: TemplateDefinition, variables: TemplateVariables): MessageComponent[] {
    return resolveTemplate(template, variables);
  }

  /**
   * The values that were given as `components` in Meta's own shape, by name.
   * @throws ValidationError with everything that is wrong with them
   */
  variablesFrom(template: TemplateDefinition, components: unknown): TemplateVariables {
    return variablesOfComponents(template, components);
  }

  /**
   * The values that were given in the order of the template's variables, by name.
   * @throws ValidationError with everything that is wrong with them, at the names that the request has for its fields
   */
  variablesInOrder(template: TemplateDefinition, given: ValuesInOrder): TemplateVariables {
    return valuesInOrder(template, given);
  }

  /** The text a person would read; one-time codes are masked. */
  preview(template: TemplateDefinition, variables: TemplateVariables): string {
    return previewTemplate(template, variables);
  }

  /**
   * Creates a template at Meta, which then reviews it.
   * @throws ValidationError when the draft breaks a rule that Meta would refuse it for
   * @throws MetaApiError when Meta refuses it
   */
  async create(
    draft: TemplateDraft,
    where: InWorkspace & { businessAccountId?: string } = {},
  ): Promise<TemplateEntity> {
    return this.authoring.create(await this.#accountOf(where), draft);
  }

  /** Replaces a template's components or category at Meta. An approved one: once in 24 hours, 10 times in 30 days. */
  async edit(template: TemplateName, edit: TemplateEdit): Promise<TemplateEntity> {
    const account = await this.#accountOf(template);
    return this.authoring.edit(account, await this.finder.find(account, template), edit);
  }

  /** Deletes one language of a template at Meta; its name cannot be used again for 30 days. */
  async delete(template: TemplateName): Promise<void> {
    const account = await this.#accountOf(template);
    await this.authoring.delete(account, await this.finder.find(account, template));
  }

  async #listed({ workspace, businessAccountId, status }: ListTemplates): Promise<FindManyOptions<TemplateEntity>> {
    const accounts = businessAccountId
      ? [await this.accounts.get(businessAccountId, { workspace })]
      : await this.accounts.list({ workspace });
    return {
      where: { accountId: In(accounts.map(({ id }) => id)), status: status ?? Not('DELETED') },
      order: { name: 'ASC', language: 'ASC', id: 'ASC' },
    };
  }

  /** The account named, else the one that the workspace's primary phone number belongs to. */
  async #accountOf({ workspace, businessAccountId }: InWorkspace & { businessAccountId?: string }) {
    if (businessAccountId !== undefined) return this.accounts.get(businessAccountId, { workspace });
    const { account } = await this.accounts.phoneNumber(undefined, { workspace });
    return account;
  }
}
