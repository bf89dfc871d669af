/** One spelling for each recipient: a phone number's digits, or a business-scoped user id or group id as it is. */
export function recipientKey(recipient: string): string {
  return /^[+\d\s().-]+$/.test(recipient) ? recipient.replaceAll(/\D/g, '') : recipient;
}
