import { WhatsAppError } from '../errors.js';

/** A webhook was signed by none of the app secrets that count for what it tells: 401, and nothing of it is stored. */
export class WebhookSignatureError extends WhatsAppError {
  constructor(message: string) {
    super('WEBHOOK_SIGNATURE', message);
  }
}

/** Somebody who does not know the verify token asked whether webhooks are taken here: 403. */
export class WebhookHandshakeError extends WhatsAppError {
  constructor(message: string) {
    super('WEBHOOK_HANDSHAKE', message);
  }
}
