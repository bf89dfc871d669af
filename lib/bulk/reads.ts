import { isDate } from 'node:util/types';
import { Injectable } from '@nestjs/common';
import {
  And,
  type FindOperator,
  type FindOptionsWhere,
  In,
  LessThan,
  MoreThan,
  MoreThanOrEqual,
  Not,
  Repository,
} from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { SendingOutages } from '../accounts/sending-outages.js';
import type { SendingPauseEntity } from '../accounts/sending-pause.entity.js';
import { META_UNAVAILABLE, SendingPauses } from '../accounts/sending-pauses.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../errors.js';
import { reactionTo } from '../graph/error-catalogue.js';
import type { MetaReaction } from '../graph/meta-error-body.js';
import { isIdentifier, isRowId, isUuid } from '../identifier.js';
import { MessageEntity } from '../messages/message.entity.js';
import { type BulkMessage, viewOfMessage } from '../messages/message.view.js';
import { MessagingLimits } from '../messages/messaging-limits.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { TemplateEntity } from '../templates/template.entity.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import type { BulkPhoneNumber, BulkSend, BulkWaitingReason } from './bulk-send.js';
import type { ListBulkMessages, ListBulkSends, BulkPage } from './bulk.inputs.js';
import { estimateMinutes, NumberPace } from './forecast.js';
import { pendingOf } from './tally.js';

const READ_AT_ONCE = 1_000;

/** Finds bulk sends and their messages. */
@Injectable()
export class BulkReads {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(MessageEntity) private readonly rows: Repository<MessageEntity>,
    private readonly workspaces: WorkspacesService,
  ) {}

  /** @throws NotFoundError `BULK_SEND_NOT_FOUND` */
  async find(id: string, workspace: string | undefined): Promise<BulkSendEntity> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const bulkSend =
      isUuid(id) && (await this.bulkSends.findOneBy({ id: id.toLowerCase(), workspaceId, status: SHOWN }));
    if (bulkSend) return bulkSend;
    throw new NotFoundError('BULK_SEND_NOT_FOUND', `Bulk send ${id} not found.`);
  }

  /** Newest first. */
  async list(query: ListBulkSends): Promise<BulkPage<BulkSendEntity>> {
    const { skip, take } = pageOf(query, periodProblems(query));
    const { status, template, phoneNumberId, createdAfter, createdBefore } = query;
    const workspaceId = await this.workspaces.idOf(query.workspace);
    const created: FindOperator<Date>[] = [
      ...(createdAfter ? [MoreThanOrEqual(createdAfter)] : []),
      ...(createdBefore ? [LessThan(createdBefore)] : []),
    ];
    const [items, total] = await this.bulkSends.findAndCount({
      where: templateConditions(template).map((ofTemplate) => ({
        ...ofTemplate,
        workspaceId,
        status: status ?? SHOWN,
        ...(phoneNumberId !== undefined && { phoneNumberId }),
        ...(created.length > 0 && { createdAt: And(...created) }),
      })),
      order: { createdAt: 'DESC', id: 'DESC' },
      skip,
      take,
    });
    return { items, total };
  }

  /** In the order of the recipients. */
  async messages(id: string, query: ListBulkMessages): Promise<BulkPage<BulkMessage>> {
    const { skip, take } = pageOf(query);
    const bulkSend = await this.find(id, query.workspace);
    const { status } = query;
    // A voice note that was played was read.
    const isRead = status === 'read';
    const where = { bulkSendId: bulkSend.id, ...(status && { status: isRead ? In(['read', 'played']) : status }) };
    const items = await this.rows.find({ where, order: { seq: 'ASC' }, skip, take });
    const total = status ? await this.rows.countBy(where) : bulkSend.uniqueRecipients;
    return { items: items.map((row) => viewOfMessage<BulkMessage>(row)), total };
  }

  /** Every message, a thousand at a time. */
  async *results({ id }: BulkSendEntity): AsyncGenerator<BulkMessage, void, undefined> {
    for (let after = 0; ;) {
      const where = { bulkSendId: id, seq: MoreThan(after) };
      const rows = await this.rows.find({ where, order: { seq: 'ASC' }, take: READ_AT_ONCE });
      yield* rows.map((row) => viewOfMessage<BulkMessage>(row));
      const last = rows.at(-1)?.seq;
      if (rows.length < READ_AT_ONCE || last === undefined || last === null) return;
      after = last;
    }
  }
}

/** No reader sees a bulk send before all of it is stored. */
const SHOWN = Not<'ACCEPTING'>('ACCEPTING');

/** Any of them may match: a name may be digits alone, too. */
function templateConditions(
  template: string | number | undefined,
): Pick<FindOptionsWhere<BulkSendEntity>, 'templateId' | 'templateName'>[] {
  if (template === undefined) return [{}];
  const text = String(template);
  const id = /^[1-9]\d*$/.test(text) && isRowId(Number(text)) ? [{ templateId: Number(text) }] : [];
  return [...id, { templateName: isIdentifier(text, 512) ? text : '' }];
}

function periodProblems({ createdAfter, createdBefore }: ListBulkSends): ValidationProblem[] {
  return Object.entries({ createdAfter, createdBefore }).flatMap(([path, given]) =>
    given === undefined || (isDate(given) && !Number.isNaN(given.getTime()))
      ? []
      : [{ path, message: 'must be a valid Date.' }],
  );
}

/** @throws ValidationError with these problems, too */
function pageOf(
  { page = 1, pageSize = 20 }: ListBulkSends | ListBulkMessages,
  problems: ValidationProblem[] = [],
): { skip: number; take: number } {
  if (!Number.isSafeInteger(page) || page < 1) {
    problems.push({ path: 'page', message: 'must be a whole number, 1 for the first page.' });
  }
  if (!Number.isSafeInteger(pageSize) || pageSize < 1 || pageSize > 100) {
    problems.push({ path: 'pageSize', message: 'must be a whole number from 1 to 100.' });
  }
  if (problems.length > 0) throw new ValidationError(problems);
  return { skip: (page - 1) * pageSize, take: pageSize };
}

const UNKNOWN = { canSend: true, needed: 0, available: null, total: null, tier: null };

/** Shows bulk sends with what belongs to them. */
@Injectable()
export class BulkViews {
  constructor(
    private readonly pace: NumberPace,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly pauses: SendingPauses,
    private readonly outages: SendingOutages,
    private readonly messagingLimits: MessagingLimits,
  ) {}

  /** @param bulkSends none of them still being accepted */
  async of(bulkSends: readonly BulkSendEntity[]): Promise<BulkSend[]> {
    const ids = bulkSends.map(({ phoneNumberId }) => phoneNumberId);
    const numbers = await this.phoneNumbers.findBy({ phoneNumberId: In(ids) });
    const templates = await this.templates.findBy({ id: In(bulkSends.map(({ templateId }) => templateId)) });
    return Promise.all(
      bulkSends.map((bulkSend) => {
        const phoneNumber = numbers.find(
          ({ phoneNumberId, accountId }) =>
            phoneNumberId === bulkSend.phoneNumberId && accountId === bulkSend.accountId,
        );
        const template = templates.find(({ id }) => id === bulkSend.templateId);
        return this.#view(bulkSend, phoneNumber, template);
      }),
    );
  }

  async #view(
    bulkSend: BulkSendEntity,
    phoneNumber: PhoneNumberEntity | undefined,
    template: TemplateEntity | undefined,
  ): Promise<BulkSend> {
    const { id, taskId, name, totalRecipients, uniqueRecipients, failures, apiKeyId, apiKeyName } = bulkSend;
    const { scheduledAt, createdAt, startedAt, completedAt, acceptance } = bulkSend;
    const waiting = await this.#waiting(bulkSend);
    return {
      id,
      number: bulkSend.number,
      taskId,
      name,
      status: bulkSend.status === 'ACCEPTING' ? 'QUEUED' : bulkSend.status,
      template: {
        id: bulkSend.templateId,
        name: bulkSend.templateName,
        language: bulkSend.templateLanguage,
        category: bulkSend.templateCategory,
        status: template?.status ?? 'DELETED',
      },
      marketing: bulkSend.marketing,
      phoneNumber: phoneNumber ? viewOfSender(phoneNumber) : removed(bulkSend.phoneNumberId),
      totalRecipients,
      uniqueRecipients,
      counts: {
        pending: pendingOf(bulkSend),
        unconfirmed: bulkSend.unconfirmedCount,
        sent: bulkSend.sentCount,
        delivered: bulkSend.deliveredCount,
        read: bulkSend.readCount,
        failed: bulkSend.failedCount,
      },
      progress: progressOf(bulkSend),
      estimatedMinutes: await this.#minutes(bulkSend, phoneNumber, waiting),
      waiting,
      errors: failures,
      acceptance: { quota: UNKNOWN, estimatedMinutes: 0.1, ...acceptance, cost: acceptance?.cost ?? null },
      createdBy: apiKeyId === null ? null : { id: apiKeyId, name: apiKeyName },
      scheduledAt,
      createdAt,
      startedAt,
      completedAt,
    };
  }

  /** What the bulk send itself waits for, else what keeps its number or account from sending. */
  async #waiting(bulkSend: BulkSendEntity): Promise<BulkSend['waiting']> {
    const { waitingReason: reason, waitingUntil: until, waitingMessage: message, completedAt } = bulkSend;
    if (completedAt || bulkSend.status === 'CANCELLED') return null;
    if (reason) return { reason, until, message };
    const account = await this.accounts.findOneBy({ id: bulkSend.accountId });
    if (!account) return null;
    const pause = await this.pauses.of(bulkSend.phoneNumberId, account.businessAccountId);
    if (pause) return { reason: waitingReasonOf(pause), until: pause.until, message: pause.message };
    // It is time for a trial, but nothing is known yet.
    const outage = await this.outages.of(bulkSend.phoneNumberId);
    return outage && { reason: 'meta_unavailable', until: outage.nextTrialAt, message: outage.message };
  }

  async #minutes(
    bulkSend: BulkSendEntity,
    phoneNumber: PhoneNumberEntity | undefined,
    waiting: BulkSend['waiting'],
  ): Promise<number> {
    const { startedAt, completedAt, acceptance } = bulkSend;
    if (completedAt) return estimateMinutes(0, 1, completedAt.getTime() - (startedAt ?? completedAt).getTime());
    if (!phoneNumber || !startedAt) return acceptance?.estimatedMinutes ?? 0.1;
    const wait = waiting?.until ? Math.max(0, waiting.until.getTime() - Date.now()) : 0;
    const limitWait = await this.#limitWait(bulkSend, phoneNumber);
    return estimateMinutes(pendingOf(bulkSend), await this.pace.of(phoneNumber), Math.max(wait, limitWait));
  }

  /** Milliseconds until the messaging limit has let through all who are left, release after release. */
  async #limitWait(bulkSend: BulkSendEntity, phoneNumber: PhoneNumberEntity): Promise<number> {
    const account = await this.accounts.findOneBy({ id: bulkSend.accountId });
    if (!account) return 0;
    const needed = Math.min(pendingOf(bulkSend), bulkSend.acceptance?.quota.needed ?? Infinity);
    return this.messagingLimits.estimateDelay(
      this.messagingLimits.portfolioOf({ messagingLimit: phoneNumber.messagingLimit, account }),
      needed,
    );
  }
}

/** Whether Meta asks for slower calls, or is away; what else has an end, an account's restriction say, is a pause. */
function waitingReasonOf({ code, until }: SendingPauseEntity): BulkWaitingReason {
  if (code === META_UNAVAILABLE) return 'meta_unavailable';
  if (until === null) return 'paused';
  const isLimit = code === null || (/^\d+$/.test(code) && LIMITS.has(reactionTo(Number(code)).reaction));
  return isLimit ? 'rate_limited' : 'paused';
}

const LIMITS: ReadonlySet<MetaReaction> = new Set<MetaReaction>(['PHONE_SLOW', 'API_SLOW']);

const viewOfSender = (number: PhoneNumberEntity): BulkPhoneNumber => ({
  phoneNumberId: number.phoneNumberId,
  id: number.id,
  displayPhoneNumber: number.displayPhoneNumber,
  verifiedName: number.verifiedName,
  qualityRating: number.qualityRating,
  messagingLimit: number.messagingLimit,
});

const removed = (phoneNumberId: string): BulkPhoneNumber => ({
  phoneNumberId,
  id: null,
  displayPhoneNumber: null,
  verifiedName: null,
  qualityRating: null,
  messagingLimit: null,
});

function progressOf(bulkSend: BulkSendEntity): number {
  const { uniqueRecipients, sentCount, failedCount } = bulkSend;
  return uniqueRecipients === 0 ? 0 : Math.floor(((sentCount + failedCount) / uniqueRecipients) * 1_000) / 10;
}
