import { Body, Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import type { BlockOptions } from '../../contacts/contacts.inputs.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from '../../contacts/contacts.options.js';
import { ContactsService } from '../../contacts/contacts.service.js';
import { ValidationError } from '../../errors.js';
import { type CheckedBody, DtoPipe } from '../dto.pipe.js';
import { Operation, type AnswerDescription, type OperationDescription } from '../openapi/operation.js';
import { recipientOf, accountId, phone } from './fields.js';
import type { ContactEntity } from '../../contacts/contact.entity.js';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { SenderDto } from './sender.dto.js';
import { array, dateTime, nullable, object, oneOf, string } from '../openapi/schema.js';

const changed = (done: 'added_users' | 'removed_users'): AnswerDescription => ({
  description: 'Meta did it; `meta_response` is what it answered.',
  json: {
    schema: object({ status: oneOf('success'), meta_response: object({}) }),
    example: {
      status: 'success',
      meta_response: {
        messaging_product: 'whatsapp',
        block_users: { [done]: [{ input: '+919876543210', wa_id: '919876543210' }] },
      },
    },
  },
});

const ERRORS = [400, 404, 413, 429, 502, 504];

const blockOperation: OperationDescription = {
  summary: 'Block a person',
  description:
    'Meta hands nothing of theirs to the number any more, and nothing is sent to them. Meta takes people who wrote in the ' +
    'last 24 hours.',
  json: {
    schema: object({ phone }, { reason: nullable(string({ maxLength: 1_000 })), account_id: accountId }),
    example: { phone: '919876543210', reason: 'Spam' },
  },
  answers: { 200: changed('added_users') },
  errors: ERRORS,
};

const unblockOperation: OperationDescription = {
  summary: 'Take a block back',
  json: { schema: object({ phone }, { account_id: accountId }), example: { phone: '919876543210' } },
  answers: { 200: changed('removed_users') },
  errors: ERRORS,
};

const blockedUser = object({
  phone_number: nullable(string({ description: 'Digits without `+`; null for somebody known by a user id alone.' })),
  blocked_at: dateTime(),
  reason: nullable(string()),
});

const blockedOperation: OperationDescription = {
  summary: 'List whom the workspace blocked',
  description: 'The latest first.',
  answers: {
    200: {
      description: 'The blocked people.',
      json: {
        schema: object({ blocked_users: array(blockedUser) }),
        example: {
          blocked_users: [{ phone_number: '919876543210', blocked_at: '2026-11-16T21:30:00.000Z', reason: 'Spam' }],
        },
      },
    },
  },
};

/** Body of `DELETE /unblock`. */
class UnblockDto extends SenderDto {
  /** A number with country code, such as `919876543210`. */
  phone!: string;
}

/** Body of `POST /block`. */
class BlockDto extends UnblockDto {
  /** For people. */
  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @MaxLength(1_000, { message: 'must have at most 1000 characters.' })
  reason?: string | null;
}

/** Whom the business wants to hear nothing of. */
@Controller()
export class MessagingBlocksController {
  constructor(
    @Inject(CONTACTS_OPTIONS) private readonly contactsOptions: ContactsOptions,
    private readonly accounts: AccountsService,
    private readonly contacts: ContactsService,
  ) {}

  @Post('block')
  @HttpCode(200)
  @RequireAbility('contacts.update')
  @Operation(blockOperation)
  async block(
    @Body(new DtoPipe(BlockDto)) checked: CheckedBody<BlockDto>,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const { reason } = checked.body;
    const options = await this.#optionsOf(checked, workspace);
    const { metaResponse } = await this.contacts.block(this.#personOf(checked), reason ?? null, options);
    return { status: 'success', meta_response: metaResponse };
  }

  @Delete('unblock')
  @RequireAbility('contacts.update')
  @Operation(unblockOperation)
  async unblock(
    @Body(new DtoPipe(UnblockDto)) checked: CheckedBody<UnblockDto>,
    @CurrentCaller() { workspace }: Caller,
  ): Promise<object> {
    const options = await this.#optionsOf(checked, workspace);
    const { metaResponse } = await this.contacts.unblock(this.#personOf(checked), options);
    return { status: 'success', meta_response: metaResponse };
  }

  @Get('blocked')
  @RequireAbility('contacts.read')
  @Operation(blockedOperation)
  async blocked(@CurrentCaller() { workspace }: Caller): Promise<object> {
    const blocked = await this.contacts.blocked({ workspace });
    return { blocked_users: blocked.map(presentBlockedUser) };
  }

  #personOf({ body }: Pick<CheckedBody<UnblockDto>, 'body'>): string {
    return recipientOf(body.phone, this.contactsOptions.defaultCountry);
  }

  /** @throws ValidationError, NotFoundError */
  async #optionsOf({ body, problems }: CheckedBody<UnblockDto>, workspace: string): Promise<BlockOptions> {
    const { account_id } = body;
    const all = [...problems, ...this.contacts.checkPerson(this.#personOf({ body }))];
    if (all.length > 0) throw new ValidationError(all);
    if (account_id === undefined || account_id === null) return { workspace };
    const { phoneNumberId } = await this.accounts.phoneNumberByRow(account_id, { workspace });
    return { workspace, phoneNumberId };
  }
}

/** One of `GET /blocked`. */
function presentBlockedUser(contact: ContactEntity): object {
  return { phone_number: contact.phone, blocked_at: contact.blockedAt, reason: contact.blockReason };
}
