import type { PhoneReport } from '../../../contacts/phone-report.js';

const FORMAT_ONLY =
  'Only the format was checked; whether the number is on WhatsApp shows when a message is sent to it.';
const STILL_SENDABLE = 'Messages can be sent to it all the same; numbering plans change and are not enforced.';
const NOT_SENDABLE = 'No message can be sent to it as it is written.';

const COUNTRIES = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

/** `data` of `POST /phone/validate`. @param phone what was asked about */
export function presentPhoneReport(phone: string, report: PhoneReport): object {
  return {
    phone,
    phone_digits: report.digits,
    format_valid: report.isValid,
    country_code: report.callingCode,
    country: report.country === null ? null : (COUNTRIES.of(report.country) ?? report.country),
    national_number: report.nationalNumber,
    e164: report.e164,
    reason: report.reason,
    note: noteOn(report),
  };
}

function noteOn({ isValid, isSendable }: PhoneReport): string {
  if (isValid) return FORMAT_ONLY;
  return isSendable ? STILL_SENDABLE : NOT_SENDABLE;
}
