import type { ConversationEntity } from './conversation.entity.js';
import { isJsonObject, type JsonObject } from '../graph/json.js';
import { MessageEntity } from '../messages/message.entity.js';
import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { variablesOfMessage } from '../messages/pending-content.js';
import { TemplateEntity } from '../templates/template.entity.js';
import { previewTemplate } from '../templates/variables/fill-template.js';

/** How far a conversation has come. */
export type Progress = Pick<
  ConversationEntity,
  | 'status'
  | 'closedAt'
  | 'unreadCount'
  | 'lastMessageAt'
  | 'lastMessageLearnedAt'
  | 'lastMessage'
  | 'lastInboundAt'
  | 'lastInboundLearnedAt'
  | 'lastInboundWamid'
>;

/** A message that was said in a conversation. */
export interface SaidMessage {
  /** When it was said; of a customer's, by Meta's clock. */
  readonly at: Date;
  /** When this deployment learned of it: within a second, that is the order. */
  readonly learnedAt: Date;
  /** It in words. */
  readonly words: string;
  /** Of a customer's message. */
  readonly inbound?: {
    /** Meta's id of it. */
    readonly wamid: string;
    /** Whether it opens the service window. */
    readonly opensWindow: boolean;
  };
}

/**
 * The state of a conversation after these messages, which open it again. Messages come late and in any order: what is later than
 * they are stays, and any order of the same messages leads to the same end.
 */
export function afterMessages(conversation: Progress, messages: readonly SaidMessage[]): Progress {
  const progress: Progress = {
    status: conversation.status,
    closedAt: conversation.closedAt,
    unreadCount: conversation.unreadCount,
    lastMessageAt: conversation.lastMessageAt,
    lastMessageLearnedAt: conversation.lastMessageLearnedAt,
    lastMessage: conversation.lastMessage,
    lastInboundAt: conversation.lastInboundAt,
    lastInboundLearnedAt: conversation.lastInboundLearnedAt,
    lastInboundWamid: conversation.lastInboundWamid,
  };
  for (const { at, learnedAt, words, inbound } of messages) {
    // A customer's is news whenever it comes; one of ours that is reported again is none.
    if (inbound || progress.closedAt === null || at > progress.closedAt) {
      progress.status = 'active';
      progress.closedAt = null;
    }
    if (inbound) progress.unreadCount += 1;
    // A conversation that nothing was said in yet has its creation for its last message's time.
    const last: Moment = [progress.lastMessageAt, progress.lastMessageLearnedAt, progress.lastMessage];
    if (progress.lastMessage === null || isLater([at, learnedAt, words], last)) {
      progress.lastMessageAt = at;
      progress.lastMessageLearnedAt = learnedAt;
      progress.lastMessage = words;
    }
    const heard: Moment = [progress.lastInboundAt, progress.lastInboundLearnedAt, progress.lastInboundWamid];
    if (inbound?.opensWindow && isLater([at, learnedAt, inbound.wamid], heard)) {
      progress.lastInboundAt = at;
      progress.lastInboundLearnedAt = learnedAt;
      progress.lastInboundWamid = inbound.wamid;
    }
  }
  return progress;
}

/** The progress of two conversations that turn out to be one. */
export function together(one: Progress, other: Progress): Progress {
  const isActive = one.status === 'active' || other.status === 'active';
  const isOtherSaidLater =
    other.lastMessage !== null && (one.lastMessage === null || isLater(saidIn(other), saidIn(one)));
  const isOtherHeardLater = other.lastInboundAt !== null && isLater(heardIn(other), heardIn(one));
  const { lastMessageAt, lastMessageLearnedAt, lastMessage } = isOtherSaidLater ? other : one;
  const { lastInboundAt, lastInboundLearnedAt, lastInboundWamid } = isOtherHeardLater ? other : one;
  return {
    status: isActive ? 'active' : 'closed',
    closedAt: isActive ? null : (one.closedAt ?? other.closedAt),
    unreadCount: one.unreadCount + other.unreadCount,
    lastMessageAt,
    lastMessageLearnedAt,
    lastMessage,
    lastInboundAt,
    lastInboundLearnedAt,
    lastInboundWamid,
  };
}

type Moment = readonly [at: Date | null, learnedAt: Date | null, tieBreaker: string | null];

const saidIn = ({ lastMessageAt, lastMessageLearnedAt, lastMessage }: Progress): Moment => [
  lastMessageAt,
  lastMessageLearnedAt,
  lastMessage,
];

const heardIn = ({ lastInboundAt, lastInboundLearnedAt, lastInboundWamid }: Progress): Moment => [
  lastInboundAt,
  lastInboundLearnedAt,
  lastInboundWamid,
];

/**
 * Meta's clock has but seconds: of two messages in the same one, the one that was learned of later is the later; of those of
 * one moment, their text decides, so that it is always the same one.
 */
function isLater([at, learnedAt, tieBreaker]: Moment, [than, otherLearnedAt, otherTieBreaker]: Moment): boolean {
  if (at === null || than === null) return at !== null;
  const [second, otherSecond] = [unixSecondsOf(at), unixSecondsOf(than)];
  if (second !== otherSecond) return second > otherSecond;
  const [learned, otherLearned] = [(learnedAt ?? at).getTime(), (otherLearnedAt ?? than).getTime()];
  if (learned !== otherLearned) return learned > otherLearned;
  return otherTieBreaker === null || (tieBreaker ?? '') > otherTieBreaker;
}

const unixSecondsOf = (at: Date): number => Math.floor(at.getTime() / 1_000);

/** As much of a message's words as a conversation shows of its last one. */
export const LONGEST_WORDS = 500;

type Words = (content: JsonObject) => unknown;

const caption: Words = (content) => content.caption;

/** Where each type of Meta's, sent or received, has its words. */
const WORDS: Readonly<Record<string, Words>> = {
  text: ({ body }) => body,
  image: caption,
  video: caption,
  document: ({ caption: words, filename }) => words ?? filename,
  location: ({ name, address }) => name ?? address,
  button: ({ text }) => text,
  interactive: (content) =>
    valueAt(content, 'button_reply', 'title') ??
    valueAt(content, 'list_reply', 'title') ??
    valueAt(content, 'nfm_reply', 'body') ??
    valueAt(content, 'body', 'text'),
  reaction: ({ emoji }) => emoji,
  order: ({ text }) => text,
  system: ({ body }) => body,
  edit: (content) => valueAt(content, 'message', 'text', 'body'),
};

/** A message in words: its text, caption or label; `[image]` where it has none. */
export function previewOf({
  type,
  content,
  templateName,
}: Pick<MessageEntity, 'type' | 'content' | 'templateName'>): string {
  if (type === 'template') return `[${templateName ?? type}]`;
  const words = type === 'contacts' ? cardNames(content) : isJsonObject(content) && WORDS[type]?.(content);
  return typeof words === 'string' && words.trim() !== '' ? words : `[${type}]`;
}

function cardNames(content: unknown): string | undefined {
  const cards: unknown = isJsonObject(content) ? content.contacts : content;
  if (!Array.isArray(cards)) return undefined;
  const names = cards.map((card: unknown) => valueAt(card, 'name', 'formatted_name'));
  return names.filter((name) => typeof name === 'string').join(', ');
}

function valueAt(content: unknown, ...path: readonly string[]): unknown {
  let found = content;
  for (const name of path) found = isJsonObject(found) ? found[name] : undefined;
  return found;
}

/** As much of a message as it takes to put it in words. */
type Wordable = Pick<MessageEntity, 'id' | 'phoneNumberId' | 'type' | 'content' | 'templateName' | 'templateLanguage'>;

/** Puts messages in words: of templates, what the person reads, as the template is now. One-time codes are masked. */
@Injectable()
export class MessageTexts {
  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
  ) {}

  /** @returns by row id */
  async of(messages: readonly Wordable[]): Promise<ReadonlyMap<number, string>> {
    const sent = messages.filter(({ type }) => type === 'template');
    const accounts = await this.#accountsOf(sent);
    const names = new Set(sent.flatMap(({ templateName }) => templateName ?? []));
    const templates =
      names.size === 0
        ? []
        : await this.templates.findBy({ accountId: In([...new Set(accounts.values())]), name: In([...names]) });
    return new Map(
      messages.map((message) => {
        const template = templates.find(
          ({ accountId, name, language }) =>
            accountId === accounts.get(message.phoneNumberId) &&
            name === message.templateName &&
            language === message.templateLanguage,
        );
        const words = template ? previewTemplate(template, variablesOfMessage(message)) : previewOf(message);
        return [message.id, words];
      }),
    );
  }

  /** Row ids of the accounts, by Meta's id of the phone number. */
  async #accountsOf(messages: readonly Wordable[]): Promise<ReadonlyMap<string, number>> {
    const ids = [...new Set(messages.map(({ phoneNumberId }) => phoneNumberId))];
    const numbers = ids.length === 0 ? [] : await this.phoneNumbers.findBy({ phoneNumberId: In(ids) });
    return new Map(numbers.map(({ phoneNumberId, accountId }) => [phoneNumberId, accountId]));
  }
}
