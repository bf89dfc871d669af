import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((name) => `docs/${name}`)];
const LINK = /\]\((?!https?:|#)([^)#]+)/g;
/** A path in backticks, as the walks have them: below `lib/` unless it names another folder of the project. */
const PATH = /`((?:lib|[a-z-]+)\/[\w./-]+\.ts)`/g;

describe.each(PAGES)('%s', (page) => {
  const text = readFileSync(page, 'utf8');

  it('links to files that exist', () => {
    const missing = [...text.matchAll(LINK)]
      .map(([, path = '']) => path)
      .filter((path) => !existsSync(join(dirname(page), path)));
    expect(missing).toEqual([]);
  });

  it('names files of the library that exist', () => {
    const rooms =
      /^(accounts|auth|bulk|callbacks|contacts|conversations|costs|graph|http|media|messages|observability|pacing|process|queue|store|templates|testing|webhooks)\//;
    const missing = [...text.matchAll(PATH)]
      .map(([, path = '']) => (rooms.test(path) ? `lib/${path}` : path))
      .filter((path) => path.startsWith('lib/') && !existsSync(path));
    expect(missing).toEqual([]);
  });
});
