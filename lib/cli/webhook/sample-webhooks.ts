import { createHmac, randomBytes } from 'node:crypto';

/** What a sample is about. */
export interface SampleSubject {
  readonly businessAccountId: string;
  readonly phoneNumberId: string;
  /** The customer's number, digits alone. */
  readonly customer: string;
  readonly now: number;
}

/** A webhook about a text that a customer wrote. https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/text */
export function textWebhook(subject: SampleSubject, text: string): object {
  const { customer, now } = subject;
  const message = { from: customer, id: newWamid(), timestamp: seconds(now), type: 'text', text: { body: text } };
  return envelope(subject, {
    contacts: [{ profile: { name: 'Sample Customer' }, wa_id: customer }],
    messages: [message],
  });
}

/** A webhook about a message of the business. https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status */
export function statusWebhook(subject: SampleSubject, wamid: string, status: string): object {
  const { customer, now } = subject;
  const failed = status === 'failed' && {
    errors: [{ code: 131026, title: 'Message undeliverable', error_data: { details: 'A sample of a failure.' } }],
  };
  return envelope(subject, {
    statuses: [{ id: wamid, status, timestamp: seconds(now), recipient_id: customer, ...failed }],
  });
}

function envelope({ businessAccountId, phoneNumberId }: SampleSubject, value: object): object {
  const metadata = { display_phone_number: '15550783881', phone_number_id: phoneNumberId };
  const change = { field: 'messages', value: { messaging_product: 'whatsapp', metadata, ...value } };
  return { object: 'whatsapp_business_account', entry: [{ id: businessAccountId, changes: [change] }] };
}

const newWamid = (): string => `wamid.${randomBytes(24).toString('base64')}`;

const seconds = (ms: number): string => String(Math.floor(ms / 1000));

/** The value of the header `X-Hub-Signature-256` for a body. */
export const signatureOf = (body: string | Buffer, appSecret: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
