import { Inject, Injectable } from '@nestjs/common';
import { SecretCipher } from '../secret-cipher.js';
import type { TemplateVariables } from '../templates/variables/variable-values.js';
import type { MessageEntity } from './message.entity.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from './messages.options.js';

/** The recipient's values in a row that waits. Those with a one-time code are kept apart, so that they are never shown. */
type PendingContent =
  | TemplateVariables
  /** Encrypted, bound to the row. */
  | { readonly encrypted: string }
  /** Where there is no encryption key. */
  | { readonly secret: TemplateVariables };

/** Stores the values of messages that wait to be sent: one-time codes encrypted, where there are `encryptionKeys`. */
@Injectable()
export class PendingContents {
  readonly #cipher: SecretCipher;
  readonly #isEncrypting: boolean;

  constructor(@Inject(MESSAGES_OPTIONS) { encryptionKeys }: MessagesOptions) {
    this.#isEncrypting = encryptionKeys.length > 0;
    this.#cipher = new SecretCipher(encryptionKeys, {
      aSecret: 'A one-time code',
      secretOf: (owner) => `one-time code of ${owner}`,
      remedy: 'cancel the bulk send and send new codes',
    });
  }

  /** What to store of a message. */
  of(id: number, variables: TemplateVariables, carriesCode: boolean): PendingContent {
    if (!carriesCode) return variables;
    if (!this.#isEncrypting) return { secret: variables };
    return { encrypted: this.#cipher.encrypt(JSON.stringify(variables), ownerOf(id)) };
  }

  /**
   * The values to send, from the row.
   * @throws ConfigurationError when they were encrypted by a key that is not there any more
   */
  variablesOf({ id, content }: Pick<MessageEntity, 'id' | 'content'>): TemplateVariables {
    if (content === null || !isEncrypted(content)) return variablesOfMessage({ content });
    const variables: TemplateVariables = JSON.parse(this.#cipher.decrypt(content.encrypted, ownerOf(id)));
    return variables;
  }
}

/** Returns the values of a row that may be shown. */
export function variablesOfMessage({ content }: Pick<MessageEntity, 'content'>): TemplateVariables {
  if (content === null || isEncrypted(content)) return {};
  return isSecret(content) ? content.secret : content;
}

/** The row as it may be shown. */
export function withoutCode<Message extends Pick<MessageEntity, 'content'>>(message: Message): Message {
  const { content } = message;
  return content !== null && (isSecret(content) || isEncrypted(content)) ? { ...message, content: null } : message;
}

const ownerOf = (id: number): string => `message ${id}`;

const isSecret = (content: object): content is { readonly secret: TemplateVariables } => 'secret' in content;

const isEncrypted = (content: object): content is { readonly encrypted: string } =>
  'encrypted' in content && typeof content.encrypted === 'string';

/** Returns what a sent row keeps in place of a one-time code that was generated here; it is never shown either. */
export const saltContent = (codeSalt: string): object => ({ secret: { codeSalt } });

/** The salt of the row's one-time code; undefined when it has none, or it was erased. */
export function codeSaltOf({ content }: Pick<MessageEntity, 'content'>): string | undefined {
  const secret: object = content !== null && isSecret(content) ? content.secret : {};
  return 'codeSalt' in secret && typeof secret.codeSalt === 'string' ? secret.codeSalt : undefined;
}
