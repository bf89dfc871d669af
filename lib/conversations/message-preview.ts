import { isJsonObject, type JsonObject } from '../graph/json.js';
import { MessageEntity } from '../messages/message.entity.js';
import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { variablesOfMessage } from '../messages/pending-content.js';
import { TemplateEntity } from '../templates/template.entity.js';
import { previewTemplate } from '../templates/variables/fill-template.js';

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
    at(content, 'button_reply', 'title') ??
    at(content, 'list_reply', 'title') ??
    at(content, 'nfm_reply', 'body') ??
    at(content, 'body', 'text'),
  reaction: ({ emoji }) => emoji,
  order: ({ text }) => text,
  system: ({ body }) => body,
  edit: (content) => at(content, 'message', 'text', 'body'),
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
  const names = cards.map((card: unknown) => at(card, 'name', 'formatted_name'));
  return names.filter((name) => typeof name === 'string').join(', ');
}

function at(content: unknown, ...path: readonly string[]): unknown {
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
