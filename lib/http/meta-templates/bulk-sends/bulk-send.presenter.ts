import type { BulkSend } from '../../../bulk/bulk-send.js';
import { presentErrorCode } from '../message.presenter.js';

/** The status object of a bulk send. */
export function presentBulkSend(bulkSend: BulkSend): object {
  const { template, phoneNumber, counts, waiting } = bulkSend;
  return {
    id: bulkSend.id,
    name: bulkSend.name,
    status: bulkSend.status,
    template: {
      id: template.id,
      template_name: template.name,
      language: template.language,
      status: template.status,
    },
    phone_number: {
      id: phoneNumber.id,
      display_phone_number: phoneNumber.displayPhoneNumber,
      verified_name: phoneNumber.verifiedName,
    },
    total_recipients: bulkSend.totalRecipients,
    sent_count: counts.sent,
    delivered_count: counts.delivered,
    read_count: counts.read,
    failed_count: counts.failed,
    pending_count: counts.pending,
    unconfirmed_count: counts.unconfirmed,
    progress_percentage: bulkSend.progress,
    estimated_time_minutes: bulkSend.estimatedMinutes,
    waiting_until: waiting?.until ?? null,
    waiting_reason: waiting?.reason ?? null,
    waiting_message: waiting?.message ?? null,
    errors: bulkSend.errors.map(({ code, message, count }) => ({ code: presentErrorCode(code), message, count })),
    scheduled_at: bulkSend.scheduledAt,
    started_at: bulkSend.startedAt,
    completed_at: bulkSend.completedAt,
    created_at: bulkSend.createdAt,
    created_by: bulkSend.createdBy && {
      id: bulkSend.createdBy.id,
      name: bulkSend.createdBy.name,
      // Keys have no person.
      email: null,
      first_name: null,
      last_name: null,
    },
  };
}
