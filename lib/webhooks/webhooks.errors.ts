import { WhatsAppError } from '../errors.js';

/**
 * A webhook was signed by no app secret of any account: 401, and nothing of it is stored.
 *
 * @publicApi
 */
export class WebhookSignatureError extends WhatsAppError {
  constructor(message = 'A webhook’s signature is missing or wrong: no app secret of any account fits it.') {
    super('WEBHOOK_SIGNATURE', message);
  }
}

/**
 * Someone who does not know the verify token asked whether webhooks are taken here: 403.
 *
 * @publicApi
 */
export class WebhookHandshakeError extends WhatsAppError {
  constructor(
    message = 'hub.mode must be "subscribe", and hub.verify_token the verifyToken of WhatsAppModule’s option webhook.',
  ) {
    super('WEBHOOK_HANDSHAKE', message);
  }
}

/** More webhooks came than could be stored: 500, and Meta sends them again. */
export class WebhookBacklogError extends WhatsAppError {
  constructor() {
    super(
      'WEBHOOK_BACKLOG',
      'Too many webhooks wait to be stored; Meta sends this one again. See to the database, or Redis.',
    );
  }
}
