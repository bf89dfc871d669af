import { Body, Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import type { BlockOptions } from '../../contacts/contacts.inputs.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from '../../contacts/contacts.options.js';
import { ContactsService } from '../../contacts/contacts.service.js';
import { ValidationError } from '../../errors.js';
import { type CheckedBody, DtoPipe } from '../dto.pipe.js';
import { Operation } from '../openapi/operation.js';
import { BlockDto, UnblockDto } from './block.dto.js';
import { blockedOperation, blockOperation, unblockOperation } from './blocks.operations.js';
import { recipientOf } from './fields.js';
import { presentBlockedUser } from './blocked-user.presenter.js';

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
