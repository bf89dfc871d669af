import { UseInterceptors } from '@nestjs/common';

const TEXTS = new WeakMap<object, string>();

/**
 * What the clients of a handler, or of all handlers of a class, are told when it fails for a reason that is not theirs,
 * such as `Failed to send message`.
 */
export const FailsAs = (text: string): MethodDecorator & ClassDecorator =>
  UseInterceptors({
    // Nest tells a filter of the request alone, and not of the handler.
    intercept: (context, next) => {
      TEXTS.set(context.switchToHttp().getRequest<object>(), text);
      return next.handle();
    },
  });

export const failureTextOf = (request: object): string | undefined => TEXTS.get(request);
