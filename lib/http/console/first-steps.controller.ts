import { Controller, Get } from '@nestjs/common';
import { AccountCredentials } from '../../accounts/account-credentials.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { ConversationsService } from '../../conversations/conversations.service.js';
import { MessagesService } from '../../messages/messages.service.js';
import { WhatsAppHealth } from '../../observability/health/whatsapp-health.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { Operation } from '../openapi/operation.js';
import { Field } from '../surface/dto.js';

const STEPS = ['account', 'token', 'template', 'webhook', 'message', 'status', 'reply'] as const;

/** Something that has to work before a workspace does. */
export class FirstStep {
  @Field({
    description:
      'An account is there; its token is taken; an approved template is known; a webhook came, signed; a message was sent; ' +
      'its delivery was reported; someone wrote.',
    enum: STEPS,
    example: 'account',
  })
  name!: (typeof STEPS)[number];

  @Field({ type: 'boolean', example: true })
  is_done!: boolean;
}

/** Answer of `GET /api/first-steps`. */
export class FirstStepsAnswer {
  @Field({ type: () => FirstStep, each: true, description: 'In their order.' })
  steps!: readonly FirstStep[];
}

/** Conversations that are looked at for one in which someone wrote. */
const LOOKED_AT = 20;

/** How far the setting up of a workspace is. */
@Controller('api/first-steps')
export class ConsoleFirstStepsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly credentials: AccountCredentials,
    private readonly templates: TemplatesService,
    private readonly messages: MessagesService,
    private readonly conversations: ConversationsService,
    private readonly health: WhatsAppHealth,
  ) {}

  @Operation({
    summary: 'Say how far the workspace is set up',
    answers: { 200: { description: 'Step by step.', type: FirstStepsAnswer } },
  })
  @Get()
  @RequireAbility('messages.read')
  async list(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<FirstStepsAnswer> {
    const [accounts, { accounts: refused = [] }, templates, sent, delivered, read, conversations] = await Promise.all([
      this.accounts.list({ workspace }),
      this.health.tokens(),
      this.templates.listPage({ workspace, status: 'APPROVED', page: 1, pageSize: 1 }),
      this.messages.list({ workspace, limit: 1 }),
      this.messages.list({ workspace, limit: 1, status: 'delivered' }),
      this.messages.list({ workspace, limit: 1, status: 'read' }),
      this.conversations.list({ workspace, limit: LOOKED_AT }),
    ]);
    const tokens = await Promise.all(accounts.map(({ businessAccountId }) => this.credentials.has(businessAccountId)));
    const isDone: Readonly<Record<FirstStep['name'], boolean>> = {
      account: accounts.length > 0,
      // A token is known to be good once Meta has described the account with it.
      token: accounts.some(
        ({ businessAccountId, syncedAt }, index) =>
          tokens[index] === true && syncedAt !== null && !refused.includes(businessAccountId),
      ),
      template: templates.total > 0,
      webhook: accounts.some(({ webhookAt }) => webhookAt !== null),
      message: sent.items.length > 0,
      status: delivered.items.length > 0 || read.items.length > 0,
      reply: conversations.items.some(({ lastInboundAt }) => lastInboundAt !== null),
    };
    return { steps: STEPS.map((name) => ({ name, is_done: isDone[name] })) };
  }
}
