import { readSettings, secretsOf, type SettingFlags } from '../settings.js';
import { type Terminal, withoutSecrets } from '../terminal.js';
import { diagnose } from './doctor.js';
import type { Finding } from './examination.js';

/** Flags of `doctor`. */
export interface DoctorFlags extends SettingFlags {
  readonly template?: string;
  readonly language?: string;
  readonly json?: boolean;
}

/** What a test of the doctor can change of the machine. */
export interface Machine {
  readonly now: () => number;
  readonly nodeVersion: string;
}

const THIS_MACHINE: Machine = { now: Date.now, nodeVersion: process.versions.node };

/** @returns the exit code: 1 when something is wrong */
export async function doctor(flags: DoctorFlags, terminal: Terminal, machine: Machine = THIS_MACHINE): Promise<number> {
  const settings = readSettings(terminal, flags);
  const { print } = withoutSecrets(terminal, secretsOf(settings));
  const template = flags.template === undefined ? undefined : { name: flags.template, language: flags.language };
  const findings: Finding[] = [];
  for await (const finding of diagnose({ settings, folder: terminal.folder, template, ...machine })) {
    findings.push(finding);
    if (!flags.json) print(inLines(finding));
  }
  const problems = findings.filter(({ status }) => status === 'problem').length;
  const ok = problems === 0;
  if (flags.json) print(JSON.stringify({ ok, findings }, null, 2));
  else print(`\n${ok ? 'No problem was found.' : problems === 1 ? '1 problem.' : `${problems} problems.`}`);
  return ok ? 0 : 1;
}

const WORDS = { ok: 'ok', problem: 'problem', 'not-checked': 'not checked' } as const;

const INDENT = ' '.repeat(37);

function inLines(finding: Finding): string {
  const head = `${WORDS[finding.status].padEnd(13)}${finding.check.padEnd(24)}`;
  if (finding.status !== 'problem') return `${head}${finding.detail}`;
  return `${head}${finding.problem}\n${INDENT}${finding.detail}\n${INDENT}${finding.mend}`;
}
