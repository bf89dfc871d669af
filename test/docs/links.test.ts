import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { USER_PAGES } from './pages.js';

const PAGES = [...USER_PAGES, 'ARCHITECTURE.md', 'CONTRIBUTING.md'];
const LINK = /\]\((?!https?:)([^)#]*)(?:#([\w-]+))?\)/g;
/** A path in backticks, as the walks have them: below `lib/` unless it names another folder of the project. */
const PATH = /`((?:lib|[a-z-]+)\/[\w./-]+\.ts)`/g;
/** That `nest add` gives to an app. */
const SCRIPTS_OF_APPS = new Set(['migration:run', 'whatsapp:hello']);

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  it('links to pages and chapters that exist', () => {
    const missing = [...text.matchAll(LINK)].filter(([, path = '', anchor]) => {
      const target = path === '' ? page : join(dirname(page), path);
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor));
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it('names files of the library that exist', () => {
    const rooms =
      /^(accounts|auth|bulk|callbacks|contacts|conversations|costs|graph|http|media|messages|observability|pacing|process|queue|store|templates|testing|webhooks)\//;
    const missing = [...text.matchAll(PATH)]
      .map(([, path = '']) => (rooms.test(path) ? `lib/${path}` : path))
      .filter((path) => path.startsWith('lib/') && !existsSync(path));
    expect(missing).toEqual([]);
  });

  it('names scripts of the project that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts) && !SCRIPTS_OF_APPS.has(name))).toEqual([]);
  });
});

it('The pictures of the README are small', () => {
  const pictures = [...readFileSync('README.md', 'utf8').matchAll(/!\[[^\]]+\]\(([^)]+\.png)\)/g)].map(
    ([, path = '']) => path,
  );
  expect(pictures).toHaveLength(2);
  expect(pictures.filter((path) => statSync(path).size > 150 * 1024)).toEqual([]);
});

it('The README is read in a few minutes', () => {
  expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(201);
});

/** Names of a page's chapters in links, as GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .trim()
      .replaceAll(' ', '-'),
  );
