import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import type { Figure } from './figure.js';

/** What one part of the run measured. */
export interface Section {
  readonly title: string;
  readonly figures: Figure[];
  /** Why it ended before its time. */
  failure?: string;
}

const NAME_WIDTH = 72;
const VALUE_WIDTH = 12;

/** One line for people who watch. */
export function lineOf({ name, value, target }: Figure): string {
  const judged = target ? `   ${target.text}${target.met ? '' : '  NOT MET'}` : '';
  return `  ${name.padEnd(NAME_WIDTH)}${value.padStart(VALUE_WIDTH)}${judged}`;
}

/** Writes all sections to a Markdown file. @param head its title and introduction */
export async function writeReport(
  file: string,
  head: { readonly title: string; readonly introduction: string },
  sections: readonly Section[],
): Promise<void> {
  const text = [`# ${head.title}`, head.introduction, ...sections.map(markdownOf)].join('\n\n');
  await writeFile(file, await format(text, { ...(await resolveConfig(file)), parser: 'markdown' }));
}

function markdownOf({ title, figures, failure }: Section): string {
  const parts = [`## ${title}`];
  if (figures.length > 0) parts.push(tableOf(figures));
  if (failure !== undefined) parts.push(`It failed: ${failure}`);
  return parts.join('\n\n');
}

function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, target }) => [name, value, target?.text ?? '', target ? met(target) : '']);
  const head = [
    ['', 'measured', 'target', ''],
    ['---', '--:', '--:', '---'],
  ];
  return [...head, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const met = (target: { readonly met: boolean }): string => (target.met ? 'met' : '**not met**');
