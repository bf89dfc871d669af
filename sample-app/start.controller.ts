import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

/** What there is to look at, for people who open the app's address. */
const PLACES = [
  ['/whatsapp/console', 'the console: messages, bulk sends, conversations', 'Sign in with an API key.'],
  ['/docs', 'the documents of all HTTP APIs', 'Each call can be tried out there.'],
  ['/health', 'the health of the app', '503 when the database or Redis is away.'],
  ['/metrics', 'metrics for Prometheus', 'Rates, errors, limits.'],
] as const;

@ApiExcludeController()
@Controller()
export class StartController {
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', "default-src 'none'")
  start(): string {
    const items = PLACES.map(([path, what, more]) => `<li><a href="${path}">${path}</a>: ${what}. ${more}</li>`);
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width" />
<meta name="color-scheme" content="light dark" />
<title>nestjs-whatsapp, sample app</title>
<h1>The sample app of nestjs-whatsapp</h1>
<ul>
  ${items.join('\n  ')}
</ul>
</html>
`;
  }
}
