import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Where the README's files are written to be compiled and run; in the project, so that imports resolve. */
export const GENERATED = join(import.meta.dirname, '.generated');

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** A code block and the comment that stands before it: `<!-- file: app.module.ts -->`. */
interface Block {
  readonly language: string;
  readonly text: string;
  readonly mark: string | undefined;
}

const blocks: readonly Block[] = [...README.matchAll(/(?:<!-- (.*?) -->\n\n)?```(\w+)\n([\s\S]*?)```/g)].map(
  ([, mark, language = '', text = '']) => ({ mark, language, text }),
);

/** The block under `<!-- mark -->`. */
export function markedBlock(mark: string): string {
  const block = blocks.find((candidate) => candidate.mark === mark);
  if (!block) throw new Error(`README.md has no block marked ${mark}.`);
  return block.text;
}

/** Every TypeScript block, by name of its file. */
export const sources: ReadonlyMap<string, string> = readSources();

function readSources(): Map<string, string> {
  const found = new Map<string, string>();
  for (const { text, mark } of blocks.filter(({ language }) => language === 'ts')) {
    const name = /^file: (\S+)$/.exec(mark ?? '')?.[1];
    if (name === undefined) throw new Error(`A TypeScript block of README.md has no file name:\n${text}`);
    if (found.has(name)) throw new Error(`README.md has two blocks for ${name}.`);
    found.set(name, text);
  }
  return found;
}

/** Shell commands of the README, one a line. */
export const commands: readonly string[] = blocks
  .filter(({ language, mark }) => language === 'sh' && mark === undefined)
  .flatMap(({ text }) => text.trim().split('\n'));

/** Writes the TypeScript blocks to files, as the README's reader would. */
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

/** The fields of a `curl` call of the README that sends a form; of a file that it names, the bytes that are given. */
export function readForm(text: string, file: Blob): FormData {
  const form = new FormData();
  for (const [, name = '', value = ''] of text.matchAll(/-F (\w+)=(\S+)/g)) {
    if (value.startsWith('@')) form.append(name, file, value.slice(1));
    else form.append(name, value);
  }
  return form;
}

/** A `curl` call of the README as its parts. */
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
