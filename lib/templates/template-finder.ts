import { Injectable } from '@nestjs/common';
import { Not, Repository } from 'typeorm';
import type { InWorkspace } from '../accounts/workspaces.service.js';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { Facts, type FactsOfKind } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { suggestion } from '../did-you-mean.js';
import { NotFoundError, type ValidationProblem } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { normalizeLanguage } from './template-store.js';
import { TemplateSync } from './template-sync.js';
import { TemplateEntity } from './template.entity.js';

/**
 * Names one template of a workspace.
 *
 * @publicApi
 */
export interface TemplateName extends InWorkspace {
  /** The template's name, as Meta has it. */
  readonly name: string;
  /** Such as `es` or `en_US`. */
  readonly language: string;
  /** Meta's id of the account; that of the workspace's primary phone number when left out. */
  readonly businessAccountId?: string;
}

/** What a caller's values are by a template, and everything that is wrong with them. */
export interface TemplateReading {
  readonly problems: readonly ValidationProblem[];
}

/**
 * Finds one template of an account in the database, else at Meta. What is stored may be older than what Meta has, for its webhooks may
 * not be subscribed: nothing is refused over it before Meta was asked.
 */
@Injectable()
export class TemplateFinder {
  /** By account, language and name. */
  readonly #held: FactsOfKind<TemplateEntity>;

  constructor(
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly templateSync: TemplateSync,
    facts: Facts,
  ) {
    this.#held = facts.kind();
  }

  /**
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`, naming the languages that there are, or the template that may have been meant
   */
  async find(account: BusinessAccountEntity, name: Pick<TemplateName, 'name' | 'language'>): Promise<TemplateEntity> {
    if (!isIdentifier(name.name, 512) || !isIdentifier(name.language, 32)) {
      throw new NotFoundError('TEMPLATE_NOT_FOUND', 'Name a template by its name and its language, as Meta has them.');
    }
    const key = `${account.id} ${name.language} ${name.name}`;
    const known = await this.#held.get(key, () => this.#stored(account, name));
    // One that was not approved when last seen may be by now.
    if (known?.status === 'APPROVED') return known;
    await this.#lookUp(account, name.name, known);
    const found = await this.#stored(account, name);
    if (found && found.status !== 'DELETED') return found;
    throw new NotFoundError('TEMPLATE_NOT_FOUND', await this.#describeMiss(account, name));
  }

  /**
   * As `find`, for values that are read by the template. Where they do not fit, Meta is asked for it, unless that was done within
   * the last minute, and they are read by what it has now; with Meta out of reach, what was last known decides.
   * @throws NotFoundError `TEMPLATE_NOT_FOUND`
   */
  async findFor<Reading extends TemplateReading>(
    account: BusinessAccountEntity,
    name: Pick<TemplateName, 'name' | 'language'>,
    read: (template: TemplateEntity) => Reading,
  ): Promise<{ readonly template: TemplateEntity; readonly reading: Reading }> {
    const known = await this.find(account, name);
    const reading = read(known);
    if (reading.problems.length === 0) return { template: known, reading };
    const template = await this.current(account, known);
    return isSameTemplate(template, known) ? { template, reading } : { template, reading: read(template) };
  }

  /**
   * What Meta has of a template now, or had within the last minute; with Meta out of reach, what is stored.
   * @throws NotFoundError `TEMPLATE_NOT_FOUND` when it was deleted
   */
  async current(account: BusinessAccountEntity, known: TemplateEntity): Promise<TemplateEntity> {
    await this.#lookUp(account, known.name, known);
    const stored = await this.#stored(account, known);
    if (stored && stored.status !== 'DELETED') return stored;
    throw new NotFoundError('TEMPLATE_NOT_FOUND', await this.#describeMiss(account, known));
  }

  async #lookUp(account: BusinessAccountEntity, name: string, stored: TemplateEntity | undefined): Promise<void> {
    try {
      await this.templateSync.lookUp(account, name, { retryFailed: !stored });
    } catch (error) {
      if (!stored) throw error; // with Meta out of reach, what was last known still answers
    }
  }

  async #stored(account: BusinessAccountEntity, { name, language }: Pick<TemplateName, 'name' | 'language'>) {
    const where = { accountId: account.id, name, language: normalizeLanguage(language) };
    return (await this.templates.findOneBy(where)) ?? undefined;
  }

  async #describeMiss(account: BusinessAccountEntity, { name, language }: Pick<TemplateName, 'name' | 'language'>) {
    const others = await this.templates.findBy({ accountId: account.id, name, status: Not('DELETED') });
    const languages = others.map((other) => other.language);
    if (languages.length > 0) {
      return `There is no template "${name}" in language "${language}"; there is one in ${languages.join(', ')}.`;
    }
    return `There is no template "${name}".${suggestion(name, await this.#names(account))}`;
  }

  async #names(account: BusinessAccountEntity): Promise<string[]> {
    const where = { accountId: account.id, status: Not('DELETED') };
    const stored = await this.templates.find({ where, select: { name: true }, order: { name: 'ASC' } });
    return stored.map(({ name }) => name);
  }
}

/** Whether the same values fit both. */
export function isSameTemplate(one: TemplateEntity, other: TemplateEntity): boolean {
  return shapeOf(one) === shapeOf(other);
}

const shapeOf = ({ components, parameterFormat, category, status }: TemplateEntity): string =>
  JSON.stringify([components, parameterFormat, category, status]);
