import { Body, Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { PhoneNumbers } from '../../accounts/phone-numbers.js';
import { WorkspacesService } from '../../accounts/workspaces.service.js';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { type BlockContactOptions, CONTACTS_OPTIONS, type ContactsOptions } from '../../contacts/contacts.inputs.js';
import { ContactsService } from '../../contacts/contacts.service.js';
import { type ValidationProblem, ValidationError } from '../../errors.js';
import { type CheckedBody, DtoPipe, Field } from '../surface/dto.js';
import { Operation } from '../openapi/operation.js';
import type { WhatsAppContact } from '../../contacts/contact.view.js';
import { readPerson } from '../../contacts/contact-reading.js';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { recipientOfBody, RecipientDto } from './recipient.dto.js';

/** Body of `POST /block`. */
export class BlockDto extends RecipientDto {
  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @MaxLength(1_000, { message: 'must have at most 1000 characters.' })
  @Field({ description: 'A note for people.', example: 'Spam' })
  reason?: string | null;
}

/** Answer of `POST /block` and `DELETE /unblock`. */
export class BlockAnswer {
  @Field({ enum: ['success'], example: 'success' })
  status!: 'success';

  @Field({
    type: 'object',
    description: 'In Meta’s own shape; `removed_users` where a block was removed.',
    example: {
      messaging_product: 'whatsapp',
      block_users: { added_users: [{ input: '+919876543210', wa_id: '919876543210' }] },
    },
  })
  meta_response!: unknown;
}

/** A person who is blocked. */
export class BlockedUser {
  @Field({
    description: 'Digits without `+`; null for a person known by a user id alone.',
    nullable: true,
    example: '919876543210',
  })
  phone_number!: string | null;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  blocked_at!: Date | null;

  @Field({ nullable: true, example: 'Spam' })
  reason!: string | null;
}

/** Answer of `GET /blocked`. */
export class BlockedUsersAnswer {
  @Field({ type: () => BlockedUser, each: true })
  blocked_users!: readonly BlockedUser[];
}

const CHANGES = {
  answers: { 200: { description: 'Done; `meta_response` is Meta’s answer.', type: BlockAnswer } },
  errors: [400, 404, 413, 429, 502, 504],
} as const;

/** The people that a workspace blocked. */
@Controller()
export class MessagingBlocksController {
  constructor(
    @Inject(CONTACTS_OPTIONS) private readonly contactsOptions: ContactsOptions,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
    private readonly contacts: ContactsService,
  ) {}

  @Post('block')
  @HttpCode(200)
  @RequireAbility('contacts.update')
  @Operation({
    ...CHANGES,
    summary: 'Block a person',
    description:
      'Meta passes no more messages of theirs to the number, and nothing is sent to them. Only people who wrote in the ' +
      'last 24 hours can be blocked.',
  })
  async block(
    @Body(new DtoPipe(BlockDto)) checked: CheckedBody<BlockDto>,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<BlockAnswer> {
    const { reason } = checked.body;
    const options = await this.#optionsOf(checked, workspace);
    const { metaResponse } = await this.contacts.block(this.#personOf(checked), reason ?? null, options);
    return { status: 'success', meta_response: metaResponse };
  }

  @Delete('unblock')
  @RequireAbility('contacts.update')
  @Operation({ ...CHANGES, summary: 'Remove a block' })
  async unblock(
    @Body(new DtoPipe(RecipientDto)) checked: CheckedBody<RecipientDto>,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<BlockAnswer> {
    const options = await this.#optionsOf(checked, workspace);
    const { metaResponse } = await this.contacts.unblock(this.#personOf(checked), options);
    return { status: 'success', meta_response: metaResponse };
  }

  @Get('blocked')
  @RequireAbility('contacts.read')
  @Operation({
    summary: 'List the people that the workspace blocked',
    description: 'The latest first.',
    answers: { 200: { description: 'The blocked people.', type: BlockedUsersAnswer } },
  })
  async blocked(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<BlockedUsersAnswer> {
    const blocked = await this.contacts.blocked({ workspace });
    return { blocked_users: blocked.map(presentBlockedUser) };
  }

  #personOf({ body }: Pick<CheckedBody<RecipientDto>, 'body'>): string {
    return recipientOfBody(body, this.contactsOptions.defaultCountry);
  }

  #personProblems(checked: Pick<CheckedBody<RecipientDto>, 'body'>): ValidationProblem[] {
    const { problem } = readPerson(this.#personOf(checked), this.contactsOptions.defaultCountry);
    return problem === undefined ? [] : [{ path: 'person', message: problem }];
  }

  /** @throws ValidationError, NotFoundError */
  async #optionsOf({ body, problems }: CheckedBody<RecipientDto>, workspace: string): Promise<BlockContactOptions> {
    const { account_id } = body;
    const all = [...problems, ...this.#personProblems({ body })];
    if (all.length > 0) throw new ValidationError(all);
    if (account_id === undefined || account_id === null) return { workspace };
    const { phoneNumberId } = await this.phoneNumbers.findByRow(await this.workspaces.idOf(workspace), account_id);
    return { workspace, phoneNumberId };
  }
}

/** One of `GET /blocked`. */
function presentBlockedUser(contact: WhatsAppContact): BlockedUser {
  return { phone_number: contact.phone, blocked_at: contact.blockedAt, reason: contact.blockReason };
}
