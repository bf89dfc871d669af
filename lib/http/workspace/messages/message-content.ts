import { isJsonObject } from '../../../graph/json-object.js';
import type { SendMessageDto } from './send-message.dto.js';

/** A message in Meta's own shape, which `ConversationsService` looks at. */
export interface ContentInMetasShape {
  readonly type: 'text' | 'interactive';
  readonly content: unknown;
}

/** What Meta takes for a message of this API. */
export function contentOf(message: SendMessageDto): ContentInMetasShape {
  const { message_type, message_body: body, header, footer } = message;
  if (message_type !== 'interactive' && message_type !== 'cta_url') return { type: 'text', content: { body } };
  return {
    type: 'interactive',
    content: {
      ...(isGiven(header) && { header: { type: 'text', text: header } }),
      body: { text: body },
      ...(isGiven(footer) && { footer: { text: footer } }),
      ...(message_type === 'interactive'
        ? { type: 'button', action: { buttons: buttonsOf(message.buttons) } }
        : { type: 'cta_url', action: { name: 'cta_url', parameters: urlButtonOf(message) } }),
    },
  };
}

const PATHS: readonly (readonly [RegExp, string])[] = [
  [/^(?:text\.body|text|interactive\.body(?:\.text)?)$/, 'message_body'],
  [/^interactive\.header(?:\.text)?$/, 'header'],
  [/^interactive\.footer(?:\.text)?$/, 'footer'],
  [/^interactive\.action\.buttons(\[\d+\])?(?:\.reply)?/, 'buttons$1'],
  [/^interactive\.action\.parameters\.display_text$/, 'button_text'],
  [/^interactive\.action\.parameters\.url$/, 'button_url'],
];

/** What this API calls a place in that content. */
export function fieldAt(path: string): string {
  const [pattern, field] = PATHS.find(([candidate]) => candidate.test(path)) ?? [];
  return pattern && field !== undefined ? path.replace(pattern, field) : path;
}

/** Clients leave a field empty that they do not fill. */
const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const urlButtonOf = ({ button_text, button_url }: SendMessageDto) => ({ display_text: button_text, url: button_url });

function buttonsOf(buttons: unknown): unknown {
  if (!Array.isArray(buttons)) return buttons;
  return buttons.map((button: unknown) => {
    const { id, title } = isJsonObject(button) ? button : {};
    return { type: 'reply', reply: { id, title } };
  });
}
