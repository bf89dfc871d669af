import type { Type } from '@nestjs/common';

/**
 * Gives a class a method of its own instead of the one that it inherits: the same with all its metadata, to which more
 * can be added that other heirs do not get.
 */
export function ownHandler(controller: Type, name: string): (...args: unknown[]) => unknown {
  const inherited: (...args: unknown[]) => unknown = controller.prototype[name];
  const own = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(inherited, this, args);
  };
  for (const key of Reflect.getMetadataKeys(inherited)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, inherited), own);
  }
  Object.defineProperty(own, 'name', { value: name });
  Object.defineProperty(controller.prototype, name, { value: own, configurable: true, writable: true });
  return own;
}
