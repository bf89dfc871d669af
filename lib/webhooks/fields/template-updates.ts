import { Inject, Injectable } from '@nestjs/common';
import { BulkDispatcher } from '../../bulk/dispatch/dispatcher.js';
import { TemplatePauses } from '../../bulk/template-pauses.js';
import { LIVE_FEED, type LiveFeed } from '../../live-feed.js';
import { truncateForColumn } from '../../store/columns.js';
import { isJsonObject } from '../../graph/json.js';
import type { TemplateStatusEvent } from '../events/whatsapp-event.js';
import {
  type AccountChange,
  changeIdOf,
  type FieldReader,
  type FieldUpdate,
  requiredText,
  textOrNumber,
  reportedUntil,
} from './field-update.js';
import { MetaRefetches } from './meta-refetches.js';
import { LessThanOrEqual, Repository } from 'typeorm';
import { Facts } from '../../store/facts.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { normalizeLanguage } from '../../templates/template-store.js';
import { TemplateEntity } from '../../templates/template.entity.js';

/** A template as its webhooks name it. */
interface ReportedTemplate {
  /** Meta's id. */
  readonly templateId: string;
  readonly name: string;
  /** As Meta's list has it: `en_US`, not `en-US`. */
  readonly language: string;
}

type TemplateNews = Partial<Pick<TemplateEntity, 'status' | 'category' | 'qualityScore' | 'rejectedReason'>>;

/** @throws WebhookItemError */
function templateOf({ value }: AccountChange): ReportedTemplate {
  return {
    templateId: requiredText(value['message_template_id'], 'message_template_id'),
    name: requiredText(value['message_template_name'], 'message_template_name'),
    language: normalizeLanguage(requiredText(value['message_template_language'], 'message_template_language')),
  };
}

/** Writes down what webhooks report of templates, in whatever order they come. */
@Injectable()
export class ReportedTemplates {
  constructor(
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly refetches: MetaRefetches,
    private readonly facts: Facts,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /**
   * What was reported later, or fetched since, stays; then, and of what happened within the same second, Meta itself is asked.
   * @returns the template as it is now, if it is known
   */
  async update(change: AccountChange, reported: ReportedTemplate, news: TemplateNews): Promise<TemplateEntity | null> {
    const { account } = change;
    const until = reportedUntil(change);
    const template = await this.#find(account.id, reported);
    if (!template || template.syncedAt.getTime() > until.getTime() - 1_000)
      this.refetches.template(account, reported.name);
    if (!template) return null;
    const update = this.templates
      .createQueryBuilder()
      .update()
      .set({ ...news, syncedAt: atWholeSecond(until) });
    await this.facts.write(update.where({ id: template.id, syncedAt: LessThanOrEqual(until) }));
    this.feed.note([{ kind: 'template', accountId: account.id }]);
    return this.templates.findOneBy({ id: template.id });
  }

  async #find(accountId: number, { templateId, name, language }: ReportedTemplate): Promise<TemplateEntity | null> {
    const byId = await this.templates.findOneBy({ accountId, templateId });
    return byId ?? this.templates.findOneBy({ accountId, name, language });
  }
}

/** Its beginning, so that what is reported of the same second is taken too. */
const atWholeSecond = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 1_000) * 1_000);

/** Meta's events after which a template has another status; all others, such as `FLAGGED`, leave it as it was. */
const STATUS_AFTER: ReadonlyMap<string, string> = new Map([
  ...['APPROVED', 'REJECTED', 'PAUSED', 'DISABLED', 'PENDING', 'IN_APPEAL', 'LIMIT_EXCEEDED'].map(same),
  ...['ARCHIVED', 'PENDING_DELETION', 'DELETED'].map(same),
  ['REINSTATED', 'APPROVED'],
]);

/**
 * What Meta reports of templates: their status, quality, category and components.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/message_template_status_update
 */
@Injectable()
export class TemplateUpdates {
  readonly readers: readonly FieldReader[] = [
    { fields: ['message_template_status_update'], read: (change) => this.#status(change) },
    { fields: ['message_template_quality_update'], read: (change) => this.#quality(change) },
    {
      fields: ['template_category_update', 'message_template_category_update'],
      read: (change) => this.#category(change),
    },
    { fields: ['message_template_components_update'], read: (change) => this.#components(change) },
  ];

  constructor(
    private readonly templates: ReportedTemplates,
    private readonly pauses: TemplatePauses,
    private readonly dispatcher: BulkDispatcher,
    private readonly refetches: MetaRefetches,
  ) {}

  #status(change: AccountChange): FieldUpdate {
    const reported = templateOf(change);
    const event = requiredText(change.value['event'], 'event').toUpperCase();
    const status = STATUS_AFTER.get(event);
    return async () => {
      if (status === undefined) this.refetches.template(change.account, reported.name);
      else await this.#become(change, reported, status);
      return [statusEvent(change, reported, event)];
    };
  }

  async #become(change: AccountChange, reported: ReportedTemplate, status: string): Promise<void> {
    const { reason, message_template_category: category } = change.value;
    const template = await this.templates.update(change, reported, {
      status,
      rejectedReason: truncateForColumn(textOrNumber(reason) ?? null, 64),
      ...(textOrNumber(category) !== undefined && {
        category: truncateForColumn(textOrNumber(category) ?? '', 64).toUpperCase(),
      }),
    });
    const words = template?.status === status ? metaReasonOf(change) : undefined;
    if (template && (await this.pauses.follow(template, words))) this.dispatcher.wake();
  }

  #quality(change: AccountChange): FieldUpdate {
    const reported = templateOf(change);
    const qualityScore = truncateForColumn(requiredText(change.value['new_quality_score'], 'new_quality_score'), 64);
    return async () => {
      await this.templates.update(change, reported, { qualityScore });
      return [];
    };
  }

  /** With `correct_category` it is only announced: nothing has changed yet. */
  #category(change: AccountChange): FieldUpdate {
    const reported = templateOf(change);
    const category = truncateForColumn(requiredText(change.value['new_category'], 'new_category'), 64).toUpperCase();
    const isAnnounced = textOrNumber(change.value['correct_category']) !== undefined;
    return async () => {
      if (!isAnnounced) await this.templates.update(change, reported, { category });
      return [];
    };
  }

  /** They are reported in a form that lacks much of them. */
  #components(change: AccountChange): FieldUpdate {
    const { name } = templateOf(change);
    return async () => {
      this.refetches.template(change.account, name);
      return [];
    };
  }
}

function same(status: string): [string, string] {
  return [status, status];
}

/** Meta's own sentence, else its code; `NONE` is no reason. */
function metaReasonOf({ value }: AccountChange): string | undefined {
  const { other_info: other, rejection_info: rejection, reason } = value;
  const sentence =
    (isJsonObject(other) ? textOrNumber(other['description']) : undefined) ??
    (isJsonObject(rejection) ? textOrNumber(rejection['reason']) : undefined) ??
    textOrNumber(reason);
  return sentence === 'NONE' ? undefined : sentence;
}

function statusEvent(change: AccountChange, reported: ReportedTemplate, status: string): TemplateStatusEvent {
  return {
    type: 'template.status',
    id: changeIdOf(change),
    businessAccountId: change.businessAccountId,
    templateId: reported.templateId,
    templateName: reported.name,
    language: reported.language,
    status,
    reason: metaReasonOf(change) ?? null,
    raw: change.value,
  };
}
