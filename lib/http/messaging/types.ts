// Bodies and answers of the surface `messaging`.
export type { BlockAnswer, BlockDto, BlockedUser, BlockedUsersAnswer } from './blocks.controller.js';
export type { ErrorAnswer } from './messaging-exception.filter.js';
export type { Campaign, CampaignsAnswer, Chat, ChatsAnswer } from './overview.controller.js';
export type { RecipientDto } from './recipient.dto.js';
export type {
  SendLocationDto,
  SendMessageDto,
  SendResult,
  SendTemplateDto,
  SentAnswer,
  SentContact,
  SentMessage,
} from './send.controller.js';
