import { Inject, Injectable } from '@nestjs/common';
import { People } from '../../contacts/people.js';
import { CostEstimates } from '../../costs/cost-estimates.js';
import { ValidationError } from '../../errors.js';
import { addressOf } from '../../messages/message-call.js';
import { marketingKeysOf, type SendRoute } from '../../messages/marketing-routes.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from '../../messages/messages.options.js';
import { recipientOf } from '../../messages/recipient.js';
import { templateContent } from '../../messages/template-messages.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import { hasOneTimeCode } from '../../templates/variables/variable-values.js';
import { QuotaExceededError } from '../bulk.errors.js';
import type { BulkDryRun, CreateBulkSendInput } from '../bulk.inputs.js';
import { BulkForecast } from '../forecast.js';
import { RefusedRecipients } from '../refused-recipients.js';
import { type ReadBulkRecipient, readRecipients } from './recipient-reading.js';
import { BulkTargets } from './target.js';
import { CODE_MASK } from '../../templates/variables/fill-template.js';

const SHOWN_PAYLOADS = 3;

/** Computes what a bulk send would do; stores and sends nothing. */
@Injectable()
export class BulkDryRuns {
  constructor(
    @Inject(MESSAGES_OPTIONS) private readonly options: MessagesOptions,
    private readonly targets: BulkTargets,
    private readonly forecast: BulkForecast,
    private readonly refused: RefusedRecipients,
    private readonly people: People,
    private readonly costs: CostEstimates,
  ) {}

  async run(input: CreateBulkSendInput): Promise<BulkDryRun> {
    const found = await this.targets.find(input);
    const { template, recipients } = await this.targets.lookAhead(found, input);
    const target = { ...found, template };
    const { workspaceId, phoneNumber, route } = target;
    const cost = await this.costs.of(phoneNumber, template.category, target.scheduledAt ?? undefined);
    const payloads: object[] = [];
    let [needed, refusedCount] = [0, 0];
    const { defaultCountry } = this.options;
    const rules = {
      template,
      defaultCountry,
      maxRecipients: input.maxRecipients,
      peopleOf: (named: readonly string[]) => this.people.of(workspaceId, named),
      fingerprint: undefined,
      // Who corrects the list also needs to know what the rest of it would do.
      inSpiteOfProblems: true,
      isCurrent: () => this.targets.isCurrent(target),
    };
    const { total, unique, invalid, problems, furtherProblems } = await readRecipients(
      recipients,
      rules,
      async (batch) => {
        const refused = await this.refused.among(workspaceId, template.category, batch.map(recipientOf));
        const allowed = batch.filter((recipient) => !refused.has(recipientOf(recipient)));
        refusedCount += refused.size;
        cost?.add(allowed);
        needed += await this.forecast.neededOf(phoneNumber, allowed.map(recipientOf));
        const shown = allowed.slice(0, SHOWN_PAYLOADS - payloads.length);
        for (const recipient of shown) payloads.push(previewPayload(template, recipient, route));
      },
    );
    if (total === 0) throw new ValidationError([{ path: 'recipients', message: 'must not be empty.' }]);
    const { quota, estimatedMinutes } = await this.forecast.of(phoneNumber, unique - refusedCount, needed);
    if (input.onQuotaExceeded === 'reject' && !quota.canSend) throw new QuotaExceededError(quota);
    return {
      totalRecipients: total,
      uniqueRecipients: unique,
      invalidRecipients: invalid,
      refusedRecipients: refusedCount,
      problems,
      furtherProblems,
      quota,
      estimatedMinutes,
      cost: cost?.result() ?? null,
      payloads,
    };
  }
}

function previewPayload(
  template: TemplateEntity,
  { variables, ...recipient }: ReadBulkRecipient,
  route: SendRoute,
): object {
  const { payload, secrets } = templateContent(template, variables);
  const message = {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...addressOf(recipient),
    ...payload,
    ...marketingKeysOf(route),
  };
  return hasOneTimeCode(template) ? masked(message, secrets) : message;
}

/** The same with every text hidden that is a secret. */
function masked(message: object, secrets: readonly string[]): object {
  const shown: object = JSON.parse(
    JSON.stringify(message, (_, value: unknown) =>
      typeof value === 'string' && secrets.includes(value) ? CODE_MASK : value,
    ),
  );
  return shown;
}
