import type { Surface } from '../surface.js';
import { MessagingExceptionFilter } from './messaging-exception.filter.js';

/** The API of django-meta-whatsapp: texts, locations and templates to one person, chats and blocks. */
export const messagingSurface: Surface = {
  defaultPrefix: '/whatsapp/api',
  controllers: [],
  filter: MessagingExceptionFilter,
};
