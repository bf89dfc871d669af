import { Controller, Get, Headers, Inject, NotFoundException, Param, Res, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { OpenToAll } from '../../auth/caller.js';
import { Operation, type OperationDescription } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { RequestUrl } from '../surface/handler-parameters.js';
import { ConsoleAssets, encodingFor } from './console-assets.js';
import { CONSOLE_SETTINGS, type ConsoleSettings } from './console.options.js';

const page = (what: string, params?: OperationDescription['params']): OperationDescription => ({
  summary: `Show ${what} in the console`,
  description: 'A page for people: it shows what is on it by the other endpoints.',
  params,
  answers: {
    200: { description: 'The page.', content: { 'text/html': { schema: string(), example: '<!doctype html>' } } },
  },
});

const ID = { id: { description: 'Of what is shown.', schema: string() } };

/** Half a year and more: the name of a file changes with what is in it. */
const FOR_LONG = 'public, max-age=31536000, immutable';

/** The console's page, at each address that it has, and its files. */
@Controller()
@OpenToAll()
export class ConsolePagesController {
  constructor(
    private readonly assets: ConsoleAssets,
    private readonly adapterHost: HttpAdapterHost,
    @Inject(CONSOLE_SETTINGS) private readonly settings: ConsoleSettings,
  ) {}

  @Operation(page('what there is'))
  @Get()
  first(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 0, response);
  }

  @Operation(page('what happens today'))
  @Get('overview')
  overview(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 1, response);
  }

  @Operation(page('messages'))
  @Get('messages')
  messages(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 1, response);
  }

  @Operation(page('a message', ID))
  @Get('messages/:id')
  message(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 2, response);
  }

  @Operation(page('bulk sends'))
  @Get('bulk-sends')
  bulkSends(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 1, response);
  }

  @Operation(page('a bulk send', ID))
  @Get('bulk-sends/:id')
  bulkSend(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 2, response);
  }

  @Operation(page('conversations'))
  @Get('inbox')
  inbox(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 1, response);
  }

  @Operation(page('a conversation', ID))
  @Get('inbox/:id')
  conversation(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 2, response);
  }

  @Operation(page('the conversations of a link'))
  @Get('embedded')
  embedded(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 1, response);
  }

  @Operation(page('a conversation of a link', ID))
  @Get('embedded/:id')
  embeddedConversation(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 2, response);
  }

  @Operation(page('templates'))
  @Get('templates')
  templates(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 1, response);
  }

  @Operation(page('a template', ID))
  @Get('templates/:id')
  template(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 2, response);
  }

  @Operation(page('contacts'))
  @Get('contacts')
  contacts(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 1, response);
  }

  @Operation(page('a contact', ID))
  @Get('contacts/:id')
  contact(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 2, response);
  }

  @Operation(page('webhooks and callbacks'))
  @Get('webhooks')
  webhooks(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 1, response);
  }

  @Operation(page('an item of a webhook, or a delivery of a callback', ID))
  @Get('webhooks/:id')
  webhook(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 2, response);
  }

  @Operation(page('accounts and numbers'))
  @Get('settings')
  settingsPage(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 1, response);
  }

  @Operation(page('a part of the settings', ID))
  @Get('settings/:id')
  settingsPart(@RequestUrl() url: URL, @Res() response: unknown): Promise<void> {
    return this.#show(url, 2, response);
  }

  @Operation({
    summary: 'Get a file of the console’s page',
    params: { name: { description: 'Of the file, with a hash of what is in it.', schema: string() } },
    answers: {
      200: {
        description: 'The file, compressed as the client takes it.',
        content: { 'text/javascript': { schema: string(), example: 'export {};' } },
      },
    },
    errors: [404],
    throws: [new NotFoundException('There is no file index.js.')],
  })
  @Get('assets/:name')
  async asset(
    @Param('name') name: string,
    @Headers('accept-encoding') accepted: string | undefined,
    @Res() response: unknown,
  ): Promise<void> {
    const asset = await this.assets.asset(name);
    if (!asset) throw new NotFoundException(`There is no file ${name}.`);
    const [encoding, bytes] = encodingFor(asset, accepted);
    this.#answer(response, bytes, {
      'Content-Type': asset.type,
      'Cache-Control': FOR_LONG,
      Vary: 'Accept-Encoding',
      ...(encoding !== 'identity' && { 'Content-Encoding': encoding }),
    });
  }

  /** @param depth segments of the address below that of the console */
  async #show({ pathname }: URL, depth: number, response: unknown): Promise<void> {
    const { frameAncestors } = this.settings;
    const html = await this.assets.page(baseOf(pathname, depth));
    this.#answer(response, html, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': policyOf(frameAncestors),
      ...(frameAncestors.length === 0 && { 'X-Frame-Options': 'DENY' }),
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
    });
  }

  #answer(response: unknown, body: string | Buffer, headers: Readonly<Record<string, string>>): void {
    const adapter = this.adapterHost.httpAdapter;
    for (const [name, value] of Object.entries({ ...headers, 'X-Content-Type-Options': 'nosniff' })) {
      adapter.setHeader(response, name, value);
    }
    // Nest would answer a bare buffer as JSON.
    adapter.reply(response, new StreamableFile(Buffer.from(body)), 200);
  }
}

/**
 * The console's own address, relative to that of a page: whatever stands before it, say the path of a proxy, stays as it is.
 * @param depth segments of the page's address below that of the console
 */
function baseOf(pathname: string, depth: number): string {
  const segments = pathname.split('/');
  const above = pathname.endsWith('/') ? depth : depth - 1;
  if (above >= 0) return '../'.repeat(above) || './';
  return `./${segments.at(-1) ?? ''}/`;
}

/** Nothing from elsewhere, nothing inline; texts become markup nowhere, which Trusted Types hold. */
const policyOf = (frameAncestors: readonly string[]): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    'media-src blob:',
    "connect-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
