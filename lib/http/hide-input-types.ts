import type { Type } from '@nestjs/common';
import { PARAMTYPES_METADATA } from '@nestjs/common/constants';

/**
 * Keeps the classes of a controller's inputs to the surface's own pipes: a global `ValidationPipe` of the host's would
 * hold bodies against them, and API documents would show them as empty schemas.
 * @param names of its methods
 */
export function hideInputTypes({ prototype }: Type, names: Iterable<string>): void {
  for (const name of names) {
    const types: unknown = Reflect.getMetadata(PARAMTYPES_METADATA, prototype, name);
    if (!Array.isArray(types)) continue;
    const hidden = types.map(() => Object);
    Reflect.defineMetadata(PARAMTYPES_METADATA, hidden, prototype, name);
  }
}
