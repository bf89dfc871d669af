import { ConfigurationError, ValidationError, WhatsAppError } from '../../errors.js';

/** The body is larger than the host allows. */
export class BodyTooLargeError extends WhatsAppError {
  constructor(message: string) {
    super('BODY_TOO_LARGE', message);
  }
}

/** The body is not what it says it is, so that its fields are unknown. */
export class UnreadableBodyError extends ValidationError {
  /** @param message what is wrong with it, as the end of a sentence that begins with "The body" */
  constructor(message: string) {
    super([{ path: 'body', message }]);
  }
}

/** A body parser of the host's consumed a body that a surface needs as it came. */
export class ConsumedBodyError extends ConfigurationError {
  constructor(request: { readonly method?: string | undefined; readonly url?: string | undefined }, needed: string) {
    super(
      `Another body parser read the body of ${request.method} ${request.url?.split('?', 1)[0]} before nestjs-whatsapp could, and left ` +
        `${needed}. Let your own parsers and middleware skip the paths of the surfaces, or create the app with ` +
        'NestFactory.create(AppModule, { rawBody: true }).',
    );
  }
}
