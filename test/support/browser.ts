import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { buildConsole } from './built-console.js';
import { describeNotRun } from './services/not-run.js';
import { requestService } from './services/request-service.js';

// Importing this file is what starts the browser, once for the whole run.
const state = await requestService('chromium');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Describes a suite that needs a browser. Where there is none, the run's end reports how many tests that cost. */
export function describeInBrowser(name: string, body: () => void): void {
  (state.available ? describe : describeNotRun('chromium'))(name, body);
}

/** A window of a person's own: cookies, language, size, colours. */
export class Window implements AsyncDisposable {
  /** What the browser complained about: errors in its console, refusals by the page's policy, requests that failed. */
  readonly complaints: string[] = [];

  private constructor(
    private readonly browser: Browser,
    readonly context: BrowserContext,
    readonly page: Page,
  ) {}

  static async open(options: BrowserContextOptions = {}): Promise<Window> {
    if (!state.available) throw new Error(`There is no browser: ${state.reason}.`);
    await buildConsole();
    const browser = await chromium.connect(state.url);
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'America/Sao_Paulo', ...options });
    const window = new Window(browser, context, await context.newPage());
    window.#listen();
    return window;
  }

  #listen(): void {
    this.page.setDefaultTimeout(30_000);
    this.page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    this.page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  /** Asserts that a page is usable by whoever does not see it, in light and in dark, which differ in colours alone. */
  async expectAccessible(): Promise<void> {
    await this.page.evaluate(await axeSource());
    for (const colorScheme of ['light', 'dark'] as const) {
      await this.page.emulateMedia({ colorScheme });
      const rules = colorScheme === 'dark' ? { runOnly: ['color-contrast'] } : {};
      const found: readonly { id: string; nodes: string[] }[] = await this.page.evaluate(
        `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...rules })}).then(({ violations }) =>
          violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`,
      );
      expect({ colorScheme, found }).toEqual({ colorScheme, found: [] });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await this.browser.close();
  }
}

let axe: Promise<string> | undefined;
const axeSource = (): Promise<string> => (axe ??= readFile(AXE, 'utf8'));
