import { isDate } from 'node:util/types';
import { Inject, Injectable } from '@nestjs/common';
import { In, Repository, type SelectQueryBuilder } from 'typeorm';
import { PhoneNumbers } from '../accounts/phone-numbers.js';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import { readPerson } from '../contacts/contact-reading.js';
import { type ValidationProblem, ValidationError } from '../errors.js';
import { isIdentifier, isRowId } from '../identifier.js';
import { cursorOf, pageLimit, type Position, readCursor } from '../keyset-page.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { MessageEntity, type MessageStatus } from './message.entity.js';
import { type OutboundMessage, viewOfMessage } from './message.view.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from './messages.options.js';

/**
 * Which messages are listed: those that fit everything that is named.
 *
 * @publicApi
 */
export interface ListMessages extends InWorkspace {
  /** How far they have come. */
  readonly status?: Exclude<MessageStatus, 'received'>;
  /** Name of their template. */
  readonly template?: string;
  /** The error that they failed with: Meta's code, or one of this module's such as `OUTCOME_UNKNOWN`. */
  readonly errorCode?: string;
  /** Who they went to: a phone number in any spelling, or a business-scoped user id. */
  readonly phone?: string;
  /** The bulk send that they belong to. */
  readonly bulkSendId?: string;
  /** Meta's id of the number that sent them. */
  readonly phoneNumberId?: string;
  /** Not before this moment: of failed messages, of their failure, of all others, of their creation. */
  readonly from?: Date;
  /** Before this moment, of the same. */
  readonly to?: Date;
  /** Most messages of a page, 1 to 100; 50 when left out. */
  readonly limit?: number;
  /** Where the page before ended: its `nextCursor`. */
  readonly cursor?: string;
}

/**
 * A page of messages, newest first.
 *
 * @publicApi
 */
export interface MessagePage {
  /** The messages of this page. */
  readonly items: readonly OutboundMessage[];
  /** Hand it on as `cursor` for the next page; null on the last one. */
  readonly nextCursor: string | null;
  /**
   * How far back this page has looked, where it ends before it is full: one page looks through a few thousand messages and no
   * more. Null where nothing was left out.
   */
  readonly searchedUntil: Date | null;
}

/**
 * What became of the messages of one hour.
 *
 * @publicApi
 */
export interface MessageHour {
  /** Its first moment. */
  readonly at: Date;
  /** Accepted by Meta, those included that were delivered or read. */
  readonly sent: number;
  /** Delivered, those included that were read. */
  readonly delivered: number;
  /** Read. */
  readonly read: number;
  /** Failed. */
  readonly failed: number;
  /** Neither sent nor failed yet, or with an unknown outcome. */
  readonly pending: number;
}

/**
 * What became of the outbound messages of the last hours, by the hour in which they were asked for.
 *
 * @publicApi
 */
export interface MessageActivity {
  /** Every hour, the oldest first; the last one is not over. */
  readonly hours: readonly MessageHour[];
  /** Whether there were more messages than are counted: then the oldest hours are too small. */
  readonly isCut: boolean;
}

/** As much of a message as decides whether it is listed. */
type Candidate = Pick<
  MessageEntity,
  | 'id'
  | 'direction'
  | 'status'
  | 'phoneNumberId'
  | 'bulkSendId'
  | 'templateName'
  | 'errorCode'
  | 'createdAt'
  | 'failedAt'
>;

/** Rows that one page looks through, a slice after the other: most pages are full after the first. */
const SLICES = [250, 1_000, 4_000];

const HOUR = 3_600_000;

/** Messages that are counted at most: one read of an index, some tenths of a second. */
const MOST_COUNTED = 200_000;

/** Messages that a search returns at most. */
const MOST_FOUND = 50;

/**
 * Finds messages. Whatever is asked for, one index leads from one row to the next in the order of the list, and what else is
 * asked for is looked at in these rows: no page costs more because the table has grown.
 */
@Injectable()
export class MessageReads {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    @Inject(MESSAGES_OPTIONS) private readonly options: MessagesOptions,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
  ) {}

  /** Newest first. @throws ValidationError with everything that is wrong */
  async list(asked: ListMessages): Promise<MessagePage> {
    const problems = problemsOf(asked, this.options);
    if (problems.length > 0) throw new ValidationError(problems);
    const limit = pageLimit(asked.limit);
    let after = readCursor(asked.cursor, 'cursor');
    const workspaceId = await this.workspaces.idOf(asked.workspace);
    const by = asked.status === 'failed' || asked.errorCode !== undefined ? 'failedAt' : 'createdAt';
    const slices = () => this.#inOrder(workspaceId, asked, by);

    const ids: number[] = [];
    for (const size of SLICES) {
      const rows = await before(await slices(), by, after)
        .limit(size)
        .getMany();
      for (const row of rows) {
        if (!fits(row, asked)) continue;
        // One more than the page has: there is another page.
        if (ids.length === limit) return this.#page(ids, after, null);
        ids.push(row.id);
        after = positionOf(row, by);
      }
      const last = rows.at(-1);
      if (rows.length < size || !last) return this.#page(ids, undefined, null);
      after = positionOf(last, by);
    }
    return this.#page(ids, after, after?.at ?? null);
  }

  /**
   * Messages by a text that names one: a phone number, a business-scoped user id, a wamid or a row id. The newest first.
   */
  async search(text: string, { workspace }: InWorkspace): Promise<OutboundMessage[]> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const word = text.trim();
    const names = [
      ...(isIdentifier(word, 255) ? [{ wamid: word }] : []),
      ...(/^\d{1,10}$/.test(word) && isRowId(Number(word)) ? [{ id: Number(word) }] : []),
    ];
    const named =
      names.length === 0
        ? []
        : await this.messages.findBy(names.map((by) => ({ ...by, workspaceId, direction: 'outbound' as const })));
    const isPerson = readPerson(word, this.options.defaultCountry).seen !== undefined;
    const page = isPerson ? await this.list({ workspace, phone: word, limit: MOST_FOUND }) : { items: [] };
    const found = [...named.map((row) => viewOfMessage<OutboundMessage>(row)), ...page.items];
    return [...new Map(found.map((message) => [message.id, message])).values()];
  }

  /** The last hours, this one included. @param hours 1 to 168 */
  async activity(
    hours: number,
    { workspace, phoneNumberId }: InWorkspace & { readonly phoneNumberId?: string | undefined },
  ): Promise<MessageActivity> {
    if (!Number.isSafeInteger(hours) || hours < 1 || hours > 168) {
      throw new ValidationError([{ path: 'hours', message: 'must be a whole number from 1 to 168.' }]);
    }
    const workspaceId = await this.workspaces.idOf(workspace);
    const thisHour = Math.floor(Date.now() / HOUR) * HOUR;
    const since = thisHour - (hours - 1) * HOUR;
    const { manager, metadata } = this.messages;
    const ofNumber = phoneNumberId === undefined ? '' : ' AND message.phone_number_id = :phoneNumberId';
    const counted = await manager
      .createQueryBuilder()
      .select('latest.hour', 'hour')
      .addSelect('latest.status', 'status')
      .addSelect('COUNT(*)', 'count')
      .from(
        (latest) =>
          latest
            .select('message.created_at - message.created_at % :hour', 'hour')
            .addSelect('message.status', 'status')
            .addSelect('message.direction', 'direction')
            .from(metadata.tablePath, 'message')
            .where(`message.workspace_id = :workspaceId AND message.created_at >= :since${ofNumber}`)
            .orderBy('message.created_at', 'DESC')
            .limit(MOST_COUNTED),
        'latest',
      )
      .setParameters({ workspaceId, since, hour: HOUR, ...(phoneNumberId !== undefined && { phoneNumberId }) })
      .groupBy('latest.hour')
      .addGroupBy('latest.status')
      .addGroupBy('latest.direction')
      .addSelect('latest.direction', 'direction')
      .getRawMany<{ hour: unknown; status: string; direction: string; count: unknown }>();
    const total = counted.reduce((sum, { count }) => sum + Number(count), 0);
    const outbound = counted.filter(({ direction }) => direction === 'outbound');
    return {
      isCut: total >= MOST_COUNTED,
      hours: Array.from({ length: hours }, (_, index) => {
        const at = since + index * HOUR;
        const ofHour = outbound.filter((row) => Number(row.hour) === at);
        const count = (...statuses: readonly string[]) =>
          ofHour.reduce((sum, row) => sum + (statuses.includes(row.status) ? Number(row.count) : 0), 0);
        return {
          at: new Date(at),
          sent: count('sent', 'delivered', 'read', 'played'),
          delivered: count('delivered', 'read', 'played'),
          read: count('read', 'played'),
          failed: count('failed'),
          pending: count('pending', 'sending', 'unconfirmed'),
        };
      }),
    };
  }

  /** The rows of an index in the order of the list, and of these columns no more than decides. */
  async #inOrder(workspaceId: number, { phone, template, from, to }: ListMessages, by: 'createdAt' | 'failedAt') {
    const query = this.messages
      .createQueryBuilder('message')
      .select(
        [
          'id',
          'direction',
          'status',
          'phoneNumberId',
          'bulkSendId',
          'templateName',
          'errorCode',
          'createdAt',
          'failedAt',
        ].map((name) => `message.${name}`),
      )
      .where({ workspaceId });
    if (phone !== undefined) {
      const { seen } = readPerson(phone, this.options.defaultCountry);
      const numbers = await this.phoneNumbers.list(workspaceId);
      query.andWhere({
        phoneNumberId: In(numbers.map(({ phoneNumberId }) => phoneNumberId)),
        ...(seen?.phone === undefined ? { userId: seen?.userId ?? '' } : { recipientPhone: seen.phone }),
      });
    } else if (by === 'createdAt' && template !== undefined) {
      query.andWhere({ templateName: template });
    }
    if (by === 'failedAt') query.andWhere('message.failedAt IS NOT NULL');
    if (from) query.andWhere(`message.${by} >= :from`, { from: from.getTime() });
    if (to) query.andWhere(`message.${by} < :to`, { to: to.getTime() });
    return query.orderBy(`message.${by}`, 'DESC').addOrderBy('message.id', 'DESC');
  }

  async #page(ids: readonly number[], end: Position | undefined, searchedUntil: Date | null): Promise<MessagePage> {
    const rows = ids.length === 0 ? [] : await this.messages.findBy({ id: inList(this.messages, ids) });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const items = ids.flatMap((id) => byId.get(id) ?? []).map((row) => viewOfMessage<OutboundMessage>(row));
    return { items, nextCursor: end ? cursorOf(end) : null, searchedUntil };
  }
}

function before(
  query: SelectQueryBuilder<MessageEntity>,
  by: 'createdAt' | 'failedAt',
  after: Position | undefined,
): SelectQueryBuilder<MessageEntity> {
  if (!after) return query;
  query.andWhere(`message.${by} <= :at`, { at: after.at.getTime() });
  return query.andWhere(`(message.${by} < :at OR message.id < :id)`, { id: after.id });
}

const positionOf = (row: Candidate, by: 'createdAt' | 'failedAt'): Position => ({
  at: row[by] ?? row.createdAt,
  id: row.id,
});

function fits(row: Candidate, { status, template, errorCode, bulkSendId, phoneNumberId }: ListMessages): boolean {
  return (
    row.direction === 'outbound' &&
    (status === undefined || row.status === status || (status === 'read' && row.status === 'played')) &&
    (template === undefined || row.templateName === template) &&
    (errorCode === undefined || (row.errorCode === errorCode && row.status === 'failed')) &&
    (bulkSendId === undefined || row.bulkSendId === bulkSendId) &&
    (phoneNumberId === undefined || row.phoneNumberId === phoneNumberId)
  );
}

function problemsOf({ phone, template, from, to }: ListMessages, { defaultCountry }: MessagesOptions) {
  const person = phone === undefined ? undefined : readPerson(phone, defaultCountry);
  return [
    ...(person?.seen === undefined && person ? [{ path: 'phone', message: person.problem }] : []),
    ...(template === undefined || isIdentifier(template, 512)
      ? []
      : [{ path: 'template', message: 'must be the name of a template, as Meta has it.' }]),
    ...Object.entries({ from, to }).flatMap(([path, given]): ValidationProblem[] =>
      given === undefined || (isDate(given) && !Number.isNaN(given.getTime()))
        ? []
        : [{ path, message: 'must be a valid Date.' }],
    ),
  ];
}
