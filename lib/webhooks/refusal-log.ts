import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';
import { ThrottledLogger } from '../throttled-logger.js';

/** Says why webhooks are refused, but rarely: whoever finds the address can have many refused. */
@Injectable()
export class RefusalLog extends ThrottledLogger {
  constructor(@Inject(WHATSAPP_LOGGER) logger: LoggerService) {
    super(logger);
  }
}
