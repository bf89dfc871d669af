import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { BulkSendEntity } from '../bulk/bulk-send.entity.js';
import { ContactIdentityEntity } from '../contacts/contact-identity.entity.js';
import { identityOf } from '../contacts/reported-contact.js';
import { ConversationEntity } from '../conversations/conversation.entity.js';
import type { News } from '../live-feed.js';
import { MessageEntity } from '../messages/message.entity.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import type { StreamedMessage } from './stream-event.js';
import type { NewEntry } from './stream-log.js';

/** Messages, or conversations, that one event names. */
const MOST_NAMED = 100;

/** Rows that one statement reads. */
const BATCH_SIZE = 1_000;

type NewsOf<Kind extends News['kind']> = Extract<News, { readonly kind: Kind }>;

type MessageRow = Pick<
  MessageEntity,
  'id' | 'workspaceId' | 'direction' | 'status' | 'phoneNumberId' | 'bulkSendId' | 'userId' | 'recipientPhone'
>;

type AccountRow = Pick<BusinessAccountEntity, 'id' | 'businessAccountId' | 'workspaceId'>;

/** Makes events of what rooms report: reads how the rows are by now, many together, and only while someone listens. */
@Injectable()
export class NewsDetails {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    @InjectWhatsAppRepository(ConversationEntity) private readonly conversations: Repository<ConversationEntity>,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
  ) {}

  /** The events of workspaces that someone listens to. */
  async entriesOf(news: readonly News[], listenedTo: ReadonlySet<number>): Promise<NewEntry[]> {
    const entries = [
      ...(await this.#messages(news.filter(isOf('message')), listenedTo)),
      ...(await this.#conversations(news.filter(isOf('inbound')), news.filter(isOf('conversation')))),
      ...(await this.#bulkSends(news.filter(isOf('bulk_send')))),
      ...(await this.#accounts(news)),
    ];
    return entries.filter(({ workspaceId }) => listenedTo.has(workspaceId));
  }

  async #messages(news: readonly NewsOf<'message'>[], listenedTo: ReadonlySet<number>): Promise<NewEntry[]> {
    const ids = [...new Set(news.map(({ id }) => id))].toSorted((a, b) => a - b);
    const rows: MessageRow[] = [];
    for (let from = 0; from < ids.length; from += BATCH_SIZE) {
      const id = inList(this.messages, ids.slice(from, from + BATCH_SIZE));
      const found = await this.messages.find({ select: MESSAGE_COLUMNS, where: { id } });
      for (const row of found) if (row.direction === 'outbound' && listenedTo.has(row.workspaceId)) rows.push(row);
    }
    const entries: NewEntry[] = [];
    for (const [workspaceId, own] of byWorkspace(rows)) {
      const named = own.slice(0, MOST_NAMED);
      const conversationIds = await this.#conversationIds(workspaceId, named);
      const messages = named.map((row): StreamedMessage => {
        const { id, status, phoneNumberId, bulkSendId } = row;
        return { id, status, phoneNumberId, bulkSendId, conversationId: conversationIds.get(id) ?? null };
      });
      entries.push({ workspaceId, event: { kind: 'message', messages, omitted: own.length - named.length } });
    }
    return entries;
  }

  /** Of single messages, by row id: the conversation of their number with whoever has the recipient's identity now. */
  async #conversationIds(workspaceId: number, rows: readonly MessageRow[]): Promise<ReadonlyMap<number, number>> {
    const single = rows.filter((row) => row.bulkSendId === null && (row.userId !== null || row.recipientPhone !== ''));
    if (single.length === 0) return new Map();
    const identities = inList(this.identities, [...new Set(single.map(identityOfRow))]);
    const owners = await this.identities.find({
      select: { identity: true, contactId: true },
      where: { workspaceId, identity: identities, present: 1 },
    });
    const contactIds = new Map(owners.map(({ identity, contactId }) => [identity, contactId]));
    const conversations = await this.conversations.find({
      select: { id: true, phoneNumberId: true, contactId: true },
      where: { workspaceId, contactId: In([...contactIds.values()]) },
    });
    return new Map(
      single.flatMap((row) => {
        const contactId = contactIds.get(identityOfRow(row));
        const { id } =
          conversations.find((one) => one.contactId === contactId && one.phoneNumberId === row.phoneNumberId) ?? {};
        return id === undefined ? [] : [[row.id, id] as const];
      }),
    );
  }

  async #conversations(
    inbound: readonly NewsOf<'inbound'>[],
    changed: readonly NewsOf<'conversation'>[],
  ): Promise<NewEntry[]> {
    const ids = new Set([...inbound.map(({ conversationId }) => conversationId), ...changed.map(({ id }) => id)]);
    if (ids.size === 0) return [];
    const rows = await this.conversations.find({
      select: { id: true, workspaceId: true, phoneNumberId: true },
      where: { id: inList(this.conversations, [...ids]) },
    });
    return [...byWorkspace(rows)].flatMap(([workspaceId, own]): NewEntry[] => {
      const numbers = new Map(own.map(({ id, phoneNumberId }) => [id, phoneNumberId]));
      const messages = inbound.flatMap(({ id, conversationId }) => {
        const phoneNumberId = numbers.get(conversationId);
        return phoneNumberId === undefined ? [] : [{ id, phoneNumberId, conversationId }];
      });
      const written = { kind: 'inbound', messages: messages.slice(0, MOST_NAMED), omitted: beyond(messages) } as const;
      const conversations = own.map(({ id, phoneNumberId }) => ({ id, phoneNumberId }));
      const omitted = beyond(conversations);
      return [
        ...(messages.length > 0 ? [{ workspaceId, event: written }] : []),
        {
          workspaceId,
          event: { kind: 'conversation', conversations: conversations.slice(0, MOST_NAMED), omitted },
        },
      ];
    });
  }

  async #bulkSends(news: readonly NewsOf<'bulk_send'>[]): Promise<NewEntry[]> {
    if (news.length === 0) return [];
    const rows = await this.bulkSends.find({
      select: { id: true, workspaceId: true, status: true, phoneNumberId: true },
      where: { id: In([...new Set(news.map(({ id }) => id))]) },
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    const changes = new Map(news.map((change) => [`${change.id} ${change.change}`, change]));
    return [...changes.values()].flatMap(({ id, change }): NewEntry[] => {
      const row = byId.get(id);
      if (!row || row.status === 'ACCEPTING') return [];
      const { workspaceId, status, phoneNumberId } = row;
      return [{ workspaceId, event: { kind: 'bulk_send', bulkSendId: id, change, status, phoneNumberId } }];
    });
  }

  /** What is about accounts and their numbers. */
  async #accounts(news: readonly News[]): Promise<NewEntry[]> {
    const [pauses, templates, webhooks] = [
      news.filter(isOf('pause')),
      news.filter(isOf('template')),
      news.filter(isOf('webhook')),
    ];
    if (pauses.length + templates.length + webhooks.length === 0) return [];
    const numbers = await this.phoneNumbers.find({
      select: { phoneNumberId: true, accountId: true },
      where: { phoneNumberId: In(pauses.map(({ subjectId }) => subjectId)) },
    });
    const accounts = await this.accounts.find({ select: { id: true, businessAccountId: true, workspaceId: true } });
    const byRow = new Map(accounts.map((account) => [account.id, account]));
    const byName = new Map(accounts.map((account) => [account.businessAccountId, account]));
    const accountIds = new Map(numbers.map(({ phoneNumberId, accountId }) => [phoneNumberId, accountId]));
    const accountOf = ({ scope, subjectId }: NewsOf<'pause'>): AccountRow | undefined =>
      scope === 'account' ? byName.get(subjectId) : byRow.get(accountIds.get(subjectId) ?? 0);
    const entries = [
      ...pauses.map((pause) => entryFor(accountOf(pause), () => pause)),
      ...templates.map(({ kind, accountId }) =>
        entryFor(byRow.get(accountId), ({ businessAccountId }) => ({ kind, businessAccountId })),
      ),
      ...webhooks.map((item) => entryFor(byName.get(item.businessAccountId), () => item)),
    ].flat();
    // Many items of one account fail at once, and a listing has many templates.
    return [...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values()];
  }
}

const MESSAGE_COLUMNS = {
  id: true,
  workspaceId: true,
  direction: true,
  status: true,
  phoneNumberId: true,
  bulkSendId: true,
  userId: true,
  recipientPhone: true,
} as const;

const isOf =
  <Kind extends News['kind']>(kind: Kind) =>
  (news: News): news is NewsOf<Kind> =>
    news.kind === kind;

const identityOfRow = ({ userId, recipientPhone }: MessageRow): string => identityOf(userId ?? recipientPhone);

const beyond = (items: readonly unknown[]): number => Math.max(0, items.length - MOST_NAMED);

const entryFor = (
  account: AccountRow | undefined,
  make: (account: AccountRow) => NewEntry['event'],
): readonly NewEntry[] => (account ? [{ workspaceId: account.workspaceId, event: make(account) }] : []);

function byWorkspace<Row extends { readonly workspaceId: number }>(
  rows: readonly Row[],
): ReadonlyMap<number, readonly Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const own = groups.get(row.workspaceId);
    if (own) own.push(row);
    else groups.set(row.workspaceId, [row]);
  }
  return groups;
}
