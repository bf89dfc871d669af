import { createParamDecorator } from '@nestjs/common';

interface UrlRequest {
  readonly protocol: string;
  /** With the port; as the host's framework trusts its proxies. */
  readonly host?: string;
  readonly originalUrl: string;
}

/** The address that the client requested, with all prefixes. */
export const RequestUrl = createParamDecorator((_: unknown, context): URL => {
  const { protocol, host, originalUrl } = context.switchToHttp().getRequest<UrlRequest>();
  const origin = `${protocol}://${host ?? ''}`;
  const url = new URL(URL.canParse(origin) ? origin : 'http://localhost');
  // Not by the constructor: a path that begins with two slashes would name another host.
  const [path = '/', query = ''] = originalUrl.split(/\?(.*)/s, 2);
  url.pathname = path;
  url.search = query;
  return url;
});
