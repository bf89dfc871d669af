// Bodies and answers of the surface `console`.
export type { ErrorAnswer } from './console-exception.filter.js';
export type { ErrorExplanation, MessageDetail, MessageItem, MessagePrice } from './message.presenter.js';
export type { FoundMessages, ListMessagesDto, MessagesAnswer, SendAgainDto } from './messages.controller.js';
export type { SessionAnswer, SignInDto } from './session.controller.js';
