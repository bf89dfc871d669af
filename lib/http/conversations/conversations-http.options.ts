/** Injection token of `ConversationsHttpOptions`. */
export const CONVERSATIONS_HTTP_OPTIONS = Symbol('CONVERSATIONS_HTTP_OPTIONS');

export interface ConversationsHttpOptions {
  /** The language of a template that a request does not name one for. */
  readonly defaultLanguage: string;
}
