import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readContents } from '../../docs/.vitepress/contents.mjs';
import { gaugeNames } from '../../lib/observability/metrics/module-metrics.js';
import { EXPORTS } from '../module/exports.js';
import { llmsTxt } from './llms.js';

/** The list itself, and the first page of the site. */
const FRAME = new Set(['README.md', 'index.md']);

/** Names in backticks. */
const namesIn = (cell = ''): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);

const pages = readContents('docs').flatMap((chapter) => chapter.pages);

describe('docs/README.md', () => {
  it('lists every page once', () => {
    const files = readdirSync('docs').filter((name) => name.endsWith('.md') && !FRAME.has(name));
    expect(pages.map(({ name }) => `${name}.md`).toSorted()).toEqual(files.toSorted());
  });

  it('is what llms.txt is made from', async () => {
    await expect(llmsTxt()).toMatchFileSnapshot('../../llms.txt');
  });
});

const textOf = (name: string): string => readFileSync(`docs/${name}.md`, 'utf8');

it.each(pages)('$name has contents where it has several chapters', ({ name }) => {
  const text = textOf(name);
  const hasSeveral = (text.match(/^## /gm) ?? []).length > 2;
  const hasContents = /^- \[.+\]\(#/m.test(text.slice(0, text.indexOf('\n## ')));
  expect(hasContents || !hasSeveral).toBe(true);
});

// The errors are looked up, not read.
it.each(pages.filter(({ name }) => name !== 'errors'))('$name is read in ten minutes', ({ name }) => {
  const words = textOf(name)
    .replaceAll(/```[\s\S]*?```/g, '')
    .split(/\s+/);
  expect(words.length).toBeLessThan(2_500);
});

/** Commands that steps of `.ci/run` run, and that test/cli runs: demos, and new apps of Nest's CLI with their tests. */
const RUN_BY_CI = new Set([
  'npm ci && npm run demo',
  'npx nest add nestjs-whatsapp',
  'npx nest build && node --test dist/welcome.test.js',
  'npx nestjs-whatsapp demo --webhook-url http://localhost:3000/whatsapp/webhook',
]);

describe('code of the pages', () => {
  it('is run: each block has the mark by which a test takes it, or is a step of its own', () => {
    const files = ['README.md', ...pages.map(({ name }) => `docs/${name}.md`)];
    const blocks = files.flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/(<!-- .+? -->\n\n)?```(ts|sh|json)\n([\s\S]*?)```/g),
    ]);
    const notRun = blocks.filter(([, mark, , code = '']) => mark === undefined && !RUN_BY_CI.has(code.trim()));
    expect(notRun.map(([block]) => block)).toEqual([]);
  });
});

describe('docs/upgrading.md', () => {
  const rows = [...readFileSync('docs/upgrading.md', 'utf8').matchAll(/^\| (`[^|]+) \| ([^|]+) \|$/gm)];

  it('has a name of today for each name of before', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const [, before, after] of rows) {
      expect(namesIn(after)).toHaveLength(namesIn(before).length);
      expect(EXPORTS).toEqual(expect.arrayContaining(namesIn(after)));
      expect(namesIn(before).filter((name) => EXPORTS.includes(name))).toEqual([]);
    }
  });
});

describe('docs/observability.md', () => {
  it('has every gauge', () => {
    const page = readFileSync('docs/observability.md', 'utf8');
    expect(gaugeNames.filter((name) => !page.includes(`_${name}\``))).toEqual([]);
  });
});
