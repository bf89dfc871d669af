import { Injectable, type PipeTransform } from '@nestjs/common';
import { NotFoundError } from '../../errors.js';
import { integer } from '../openapi/schema.js';

/** Reads the row id of a conversation from a path. */
@Injectable()
export class ConversationIdPipe implements PipeTransform<string, number> {
  /** @throws NotFoundError when it can be none */
  transform(id: string): number {
    if (/^\d{1,10}$/.test(id)) return Number(id);
    throw new NotFoundError('CONVERSATION_NOT_FOUND', `There is no conversation ${id}.`);
  }
}

/** The parameter of paths that the pipe reads, for API documents. */
export const ID_PARAM = { id: { description: 'Of the conversation.', schema: integer() } };
