import { Equals, IsOptional, Matches } from 'class-validator';
import type { ConversationEntity } from '../../conversations/conversation.entity.js';
import { IsOneOf } from '../is-one-of.decorator.js';

type Status = ConversationEntity['status'];

const STATUSES = ['active', 'closed'] as const satisfies readonly Status[];

class LimitDto {
  /** 50 when left out. */
  @IsOptional()
  @Matches(/^(?:[1-9]\d?|100)$/, { message: 'must be a whole number from 1 to 100.' })
  limit?: string;
}

/** Query of `GET /conversations`. */
export class ListConversationsDto extends LimitDto {
  @IsOptional()
  @IsOneOf(STATUSES)
  status?: Status;

  /** Part of a number or of a name. */
  search?: string | string[];

  /** `next_cursor` of the page before. */
  cursor?: string;
}

/** Query of `GET /conversations/:id`. */
export class ReadConversationDto extends LimitDto {
  /** `next_before` of the page before. */
  before?: string;
}

/** Body of `PATCH /conversations/:id`; `ConversationsService` checks what has no decorator here. */
export class ChangeConversationDto {
  @IsOptional()
  @IsOneOf(STATUSES)
  status?: Status | null;

  /** Null for nobody. */
  assignedTo?: string | number | null;

  requestId?: number | null;

  label?: string | null;

  /** Nothing of it is unread any more. */
  @IsOptional()
  @Equals(true, { message: 'must be true; what was read cannot be unread.' })
  read?: true | null;
}
