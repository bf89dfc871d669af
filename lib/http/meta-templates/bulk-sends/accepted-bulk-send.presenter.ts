import type { BulkSend } from '../../../bulk/bulk-send.js';
import type { BulkDryRun } from '../../../bulk/bulk.inputs.js';
import { presentProblems } from '../problems.presenter.js';
import { presentQuota } from './quota.presenter.js';

/** Answer of `POST /meta-templates/send-bulk/`; the same however often it is asked for with one idempotency key. */
export function presentAcceptedBulkSend(bulkSend: BulkSend): object {
  const { phoneNumber, acceptance } = bulkSend;
  return {
    bulk_send_id: bulkSend.id,
    task_id: bulkSend.taskId,
    status: bulkSend.scheduledAt ? 'scheduled' : 'queued',
    template_name: bulkSend.template.name,
    total_recipients: bulkSend.totalRecipients,
    unique_recipients: bulkSend.uniqueRecipients,
    estimated_time_minutes: acceptance.estimatedMinutes,
    created_at: bulkSend.createdAt,
    whatsapp_phone_number: {
      id: phoneNumber.id,
      phone_number_id: phoneNumber.phoneNumberId,
      display_phone_number: phoneNumber.displayPhoneNumber,
      verified_name: phoneNumber.verifiedName,
      quality_rating: phoneNumber.qualityRating,
      messaging_limit_tier: phoneNumber.messagingLimit,
    },
    quota_info: presentQuota(acceptance.quota),
  };
}

/** Answer of `POST /meta-templates/send-bulk/` with `dry_run`. */
export function presentDryRun(dryRun: BulkDryRun, templateName: string): object {
  return {
    dry_run: true,
    template_name: templateName,
    total_recipients: dryRun.totalRecipients,
    unique_recipients: dryRun.uniqueRecipients,
    estimated_time_minutes: dryRun.estimatedMinutes,
    quota_info: presentQuota(dryRun.quota),
    problem_count: dryRun.problems.length + dryRun.furtherProblems,
    problems: presentProblems(dryRun.problems),
    payloads: dryRun.payloads,
  };
}
