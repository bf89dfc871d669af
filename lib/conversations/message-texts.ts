import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { MessageEntity } from '../messages/message.entity.js';
import { variablesOfMessage } from '../messages/pending-content.js';
import { TemplateEntity } from '../templates/template.entity.js';
import { previewTemplate } from '../templates/variables/preview-template.js';
import { previewOf } from './message-preview.js';

/** Puts messages in words: of templates, what the person reads, as the template is now. One-time codes are masked. */
@Injectable()
export class MessageTexts {
  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
  ) {}

  /** @returns by row id */
  async of(messages: readonly MessageEntity[]): Promise<ReadonlyMap<number, string>> {
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
  async #accountsOf(messages: readonly MessageEntity[]): Promise<ReadonlyMap<string, number>> {
    const ids = [...new Set(messages.map(({ phoneNumberId }) => phoneNumberId))];
    const numbers = ids.length === 0 ? [] : await this.phoneNumbers.findBy({ phoneNumberId: In(ids) });
    return new Map(numbers.map(({ phoneNumberId, accountId }) => [phoneNumberId, accountId]));
  }
}
