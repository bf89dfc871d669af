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
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NotFoundError, type Problem, ValidationError } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { MessageEntity } from '../messages/message.entity.js';
import { withoutCode } from '../messages/pending-content.js';
import { WorkspacesService } from '../accounts/workspaces.service.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import type { ListBulkMessages, ListBulkSends, Page } from './bulk.inputs.js';

const READ_AT_ONCE = 1_000;

/** The largest row id that a database generates. */
const LARGEST_ID = 2 ** 31 - 1;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

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
    const isId = typeof id === 'string' && UUID.test(id);
    const bulkSend = isId && (await this.bulkSends.findOneBy({ id: id.toLowerCase(), workspaceId, status: SHOWN }));
    if (bulkSend) return bulkSend;
    throw new NotFoundError('BULK_SEND_NOT_FOUND', `Bulk send ${id} not found.`);
  }

  /** Newest first. */
  async list(query: ListBulkSends): Promise<Page<BulkSendEntity>> {
    const { skip, take } = pageOf(query, periodProblems(query));
    const { status, template, createdAfter, createdBefore } = query;
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
        ...(created.length > 0 && { createdAt: And(...created) }),
      })),
      order: { createdAt: 'DESC', id: 'DESC' },
      skip,
      take,
    });
    return { items, total };
  }

  /** In the order of the recipients. */
  async messages(id: string, query: ListBulkMessages): Promise<Page<MessageEntity>> {
    const { skip, take } = pageOf(query);
    const bulkSend = await this.find(id, query.workspace);
    const { status } = query;
    // A voice note that was played was read.
    const isRead = status === 'read';
    const where = { bulkSendId: bulkSend.id, ...(status && { status: isRead ? In(['read', 'played']) : status }) };
    const items = await this.rows.find({ where, order: { seq: 'ASC' }, skip, take });
    const total = status ? await this.rows.countBy(where) : bulkSend.uniqueRecipients;
    return { items: items.map(withoutCode), total };
  }

  /** Every message, a thousand at a time. */
  async *results({ id }: BulkSendEntity): AsyncGenerator<MessageEntity, void, undefined> {
    for (let after = 0; ;) {
      const where = { bulkSendId: id, seq: MoreThan(after) };
      const rows = await this.rows.find({ where, order: { seq: 'ASC' }, take: READ_AT_ONCE });
      yield* rows.map(withoutCode);
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
  const id = /^[1-9]\d{0,9}$/.test(text) && Number(text) <= LARGEST_ID ? [{ templateId: Number(text) }] : [];
  return [...id, { templateName: isIdentifier(text, 512) ? text : '' }];
}

function periodProblems({ createdAfter, createdBefore }: ListBulkSends): Problem[] {
  return Object.entries({ createdAfter, createdBefore }).flatMap(([path, given]) =>
    given === undefined || (isDate(given) && !Number.isNaN(given.getTime()))
      ? []
      : [{ path, message: 'must be a valid Date.' }],
  );
}

/** @throws ValidationError with these problems, too */
function pageOf(
  { page = 1, pageSize = 20 }: ListBulkSends | ListBulkMessages,
  problems: Problem[] = [],
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
