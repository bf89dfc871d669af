/** The language of a template that a request does not name one for, as this API has it. */
export const DEFAULT_LANGUAGE = 'es';
