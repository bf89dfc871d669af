import type { ServerResponse } from 'node:http';
import { createParamDecorator } from '@nestjs/common';

/** Node's own response, to learn when its connection closes. What is written to it the host's framework does not know of. */
export const RawResponse = createParamDecorator((_: unknown, context): ServerResponse => {
  const response = context.switchToHttp().getResponse<ServerResponse & { readonly raw?: ServerResponse }>();
  return response.raw ?? response;
});
