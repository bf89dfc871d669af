import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ValidationError, WhatsAppError } from '../../errors.js';
import { unreadableBodyOf } from './unreadable-body.js';

/** The body is larger than the host allows. */
export class BodyTooLargeError extends WhatsAppError {
  constructor(message: string) {
    super('BODY_TOO_LARGE', message);
  }
}

/** The body is not what it says it is, so that nobody knows its fields. */
export class UnreadableBodyError extends ValidationError {
  constructor(message: string) {
    super([{ path: 'body', message }]);
  }
}

/** Refuses a body that could not be read; after the guards that ask who calls, so that strangers learn nothing. */
@Injectable()
export class ReadableBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const body = unreadableBodyOf(context.switchToHttp().getRequest());
    if (!body) return true;
    if (body.reason === 'too-large') throw new BodyTooLargeError(`The body ${body.message}`);
    throw new UnreadableBodyError(body.message);
  }
}
