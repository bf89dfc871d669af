import { UseInterceptors } from '@nestjs/common';
import { FieldNames } from './field-names.js';
import type { HandlerInput } from './handler-input.js';

const REACHED = new WeakMap<object, object>();
const FIELD_NAMES = Symbol('FIELD_NAMES');

/** Notes for each request which handler of a class it reached: Nest does not pass the handler to exception filters. */
export const NoteHandler = (): ClassDecorator =>
  UseInterceptors({
    intercept: (context, next) => {
      REACHED.set(context.switchToHttp().getRequest<object>(), context.getHandler());
      return next.handle();
    },
  });

/** Returns the handler that a request reached; undefined if it was refused before. */
export const handlerOf = (request: object): object | undefined => REACHED.get(request);

/** Sets the names that the problems of a handler's requests are reported under. */
export function setFieldNames(handler: object, { body, query }: HandlerInput): void {
  Reflect.defineMetadata(FIELD_NAMES, new FieldNames(body ?? query), handler);
}

const NO_NAMES = new FieldNames(undefined);

export function fieldNamesOf(handler: object | undefined): FieldNames {
  const names: FieldNames | undefined = handler && Reflect.getMetadata(FIELD_NAMES, handler);
  return names ?? NO_NAMES;
}
