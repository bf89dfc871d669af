import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Where the files that the pages show are written to be compiled and run; in the project, so that imports resolve. */
export const GENERATED = join(import.meta.dirname, '.generated');

/** Pages for users: their code is run. */
export const USER_PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const allText = USER_PAGES.map((page) => readFileSync(join(ROOT, page), 'utf8')).join('\n');

/** A code block and the comment that stands before it: `<!-- file: app.module.ts -->`. */
interface Block {
  readonly language: string;
  readonly text: string;
  readonly mark: string | undefined;
}

const blocks: readonly Block[] = [...allText.matchAll(/(?:<!-- (.*?) -->\n\n)?```(\w+)\n([\s\S]*?)```/g)].map(
  ([, mark, language = '', code = '']) => ({ mark, language, text: code }),
);

/** The block under `<!-- mark -->`. */
export function markedBlock(mark: string): string {
  const block = blocks.find((candidate) => candidate.mark === mark);
  if (!block) throw new Error(`No page has a block marked ${mark}.`);
  return block.text;
}

/** Every TypeScript block, by name of its file. */
export const sources: ReadonlyMap<string, string> = readSources();

function readSources(): Map<string, string> {
  const found = new Map<string, string>();
  for (const { text: code, mark } of blocks.filter(({ language }) => language === 'ts')) {
    const name = /^file: (\S+)$/.exec(mark ?? '')?.[1];
    if (name === undefined) throw new Error(`A TypeScript block has no file name:\n${code}`);
    if (found.has(name)) throw new Error(`Two pages have a block for ${name}.`);
    found.set(name, code);
  }
  return found;
}

/** Writes the TypeScript blocks to files, as a reader would. */
export function writeSources(): string[] {
  mkdirSync(GENERATED, { recursive: true });
  return Array.from(sources, ([name, text]) => {
    const path = join(GENERATED, name);
    // Test files run side by side: one that reads must not meet a half-written file.
    writeFileSync(`${path}.${process.pid}`, text);
    renameSync(`${path}.${process.pid}`, path);
    return path;
  });
}

/** The fields of a `curl` call of a page that sends a form; of a file that it names, the bytes that are given. */
export function readForm(text: string, file: Blob): FormData {
  const form = new FormData();
  for (const [, name = '', value = ''] of text.matchAll(/-F (\w+)=(\S+)/g)) {
    if (value.startsWith('@')) form.append(name, file, value.slice(1));
    else form.append(name, value);
  }
  return form;
}

/** A `curl` call of a page as its parts. */
export function readCurl(text: string): {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
} {
  const command = text.replaceAll('\\\n', ' ');
  const [, method = '', path = ''] = /-X (\w+) '?http:\/\/localhost:3000([^\s']+)/.exec(command) ?? [];
  const headers = [...command.matchAll(/-H '([^:]+): ([^']*)'/g)].map(([, name = '', value = '']) => [name, value]);
  return {
    method,
    path,
    headers: Object.fromEntries(headers),
    body: /(?:-d|--data-binary) '([\s\S]*)'/.exec(command)?.[1] ?? '',
  };
}
