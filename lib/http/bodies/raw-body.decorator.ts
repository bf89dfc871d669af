import { SetMetadata } from '@nestjs/common';

const TAKES_RAW_BODY = Symbol('TAKES_RAW_BODY');

/** The handler gets the bytes of the body by Nest's `@RawBody()`, of whatever type and up to 5 MB; nothing parses them. */
export const TakesRawBody = (): MethodDecorator => SetMetadata(TAKES_RAW_BODY, true);

export const isTakingRawBody = (handler: object): boolean => Reflect.getMetadata(TAKES_RAW_BODY, handler) === true;
