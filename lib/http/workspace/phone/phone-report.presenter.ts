import type { PhoneReport } from '../../../contacts/phone-report.js';

const FORMAT_ONLY = 'Only its format was looked at: whether it is on WhatsApp shows when a message is sent to it.';
const STILL_SENDABLE = 'Messages can be sent to it all the same: numbering plans change, and are not enforced here.';

/** `data` of `POST /phone/validate`. @param phone what was asked about */
export function presentPhoneReport(phone: unknown, report: PhoneReport): object {
  return {
    phone: typeof phone === 'string' || typeof phone === 'number' ? String(phone) : null,
    phone_digits: report.digits,
    format_valid: report.isValid,
    country_code: report.callingCode,
    country: report.country,
    national_number: report.nationalNumber,
    e164: report.e164,
    reason: report.reason,
    note: noteOn(report),
  };
}

function noteOn({ isValid, isSendable }: PhoneReport): string | null {
  if (isValid) return FORMAT_ONLY;
  return isSendable ? STILL_SENDABLE : null;
}
