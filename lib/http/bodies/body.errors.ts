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
  /**
   * @param needed what that parser did not leave
   * @param isSetUp whether the host called `setupWhatsApp`
   */
  constructor(
    request: { readonly method?: string | undefined; readonly url?: string | undefined },
    needed: string,
    isSetUp: boolean,
  ) {
    const what = `Another body parser read the body of ${request.method} ${request.url?.split('?', 1)[0]} first and left ${needed}. `;
    super(
      what +
        (isSetUp
          ? 'setupWhatsApp(app) keeps the parsers of body-parser and of Nest away, but not this one: let it skip the paths of the ' +
            'surfaces, or have it keep the bytes as request.rawBody.'
          : 'Call setupWhatsApp(app) in main.ts before app.listen(), or create the app with ' +
            'NestFactory.create(AppModule, { rawBody: true }).'),
    );
  }
}
