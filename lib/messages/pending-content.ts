import type { TemplateVariables } from '../templates/variables/variable-values.js';
import type { MessageEntity } from './message.entity.js';

/** What a row that waits keeps of its recipient's values; those with a one-time code apart, so that nobody is shown them. */
export function contentOf(variables: TemplateVariables, carriesCode: boolean): object {
  return carriesCode ? { secret: variables } : variables;
}

/** The values to send, from the row. */
export function variablesOfMessage({ content }: Pick<MessageEntity, 'content'>): TemplateVariables {
  if (content === null) return {};
  return isSecret(content) ? content.secret : content;
}

/** The row as it may be shown. */
export function withoutCode<Message extends Pick<MessageEntity, 'content'>>(message: Message): Message {
  return message.content !== null && isSecret(message.content) ? { ...message, content: null } : message;
}

const isSecret = (content: object): content is { readonly secret: TemplateVariables } => 'secret' in content;

/** What a sent row keeps in place of a one-time code that was made here; nobody is shown it either. */
export const saltContent = (codeSalt: string): object => ({ secret: { codeSalt } });

/** The salt of the row's one-time code; undefined when it has none, or it was erased. */
export function codeSaltOf({ content }: Pick<MessageEntity, 'content'>): string | undefined {
  const secret: object = content !== null && isSecret(content) ? content.secret : {};
  return 'codeSalt' in secret && typeof secret.codeSalt === 'string' ? secret.codeSalt : undefined;
}
