import { SetMetadata } from '@nestjs/common';

const FAILURE_TEXT = Symbol('FAILURE_TEXT');

/** Sets the message of a handler's answer when it fails for a reason that is not the client's, such as `Failed to send message`. */
export const FailsAs = (text: string): MethodDecorator => SetMetadata(FAILURE_TEXT, text);

export function failureTextOf(handler: object | undefined): string | undefined {
  const text: string | undefined = handler && Reflect.getMetadata(FAILURE_TEXT, handler);
  return text;
}
