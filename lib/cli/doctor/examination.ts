import { messageOf } from '../../foreign-errors.js';
import type { MetaAccess } from '../meta-access.js';
import type { CliSettings } from '../settings.js';
import { PROBLEMS, type ProblemName } from './problems.js';

/** What the doctor says about one thing. */
export type Finding =
  | { readonly check: string; readonly status: 'ok' | 'not-checked'; readonly detail: string }
  | {
      readonly check: string;
      readonly status: 'problem';
      readonly problem: ProblemName;
      readonly detail: string;
      /** How to mend it. */
      readonly mend: string;
    };

/** A finding before it is known what was checked. */
export type Result = { readonly ok: string } | FoundProblem;

/** A problem, before it is known how to mend it. */
export interface FoundProblem {
  readonly problem: ProblemName;
  readonly detail: string;
}

/** One thing to look at. */
export interface Check {
  /** What is looked at, in one or two words. */
  readonly title: string;
  /** @throws NotChecked when something else has to be right first */
  readonly run: (examination: Examination) => Promise<Result | readonly Result[]>;
}

/** What a doctor works with, and what one check learned for those after it. */
export interface Examination {
  readonly settings: CliSettings;
  /** The folder of the app: packages are found from there. */
  readonly folder: string;
  /** Epoch milliseconds by the clock of this machine. */
  readonly now: () => number;
  readonly nodeVersion: string;
  /** The template that has to be there; any approved one when undefined. */
  readonly template: { readonly name: string; readonly language: string | undefined } | undefined;
  readonly learned: Learned;
}

interface Learned {
  /** Undefined while Meta cannot be asked. */
  meta?: MetaAccess;
  isMetaReachable?: boolean;
  isTokenGood?: boolean;
  isAppSecretGood?: boolean;
  isAccountVisible?: boolean;
  appId?: string | undefined;
  /** Where Meta posts the webhooks of the phone number. */
  webhookAtMeta?: string | undefined;
}

/** Why a check was left out. */
export class NotChecked extends Error {}

/** Meta, for a check that needs a good token. @throws NotChecked */
export function metaOf({ learned }: Examination): MetaAccess {
  if (!learned.meta) throw new NotChecked('there are no settings to ask Meta with');
  if (learned.isMetaReachable === false) throw new NotChecked('Meta cannot be reached');
  if (learned.isTokenGood === false) throw new NotChecked('Meta does not take the access token');
  return learned.meta;
}

/** The same for a check of what belongs to the account. @throws NotChecked */
export function accountOf(examination: Examination): { readonly meta: MetaAccess; readonly id: string } {
  const meta = metaOf(examination);
  const { businessAccountId: id } = examination.settings;
  if (id === undefined) throw new NotChecked('WHATSAPP_BUSINESS_ACCOUNT_ID is not set');
  if (examination.learned.isAccountVisible === false) throw new NotChecked('the account cannot be read');
  return { meta, id };
}

/** Runs one check. Never rejects. */
export async function findingsOf({ title: check, run }: Check, examination: Examination): Promise<Finding[]> {
  try {
    const results = await run(examination);
    return (Array.isArray(results) ? results : [results]).map((result: Result) =>
      'ok' in result
        ? { check, status: 'ok', detail: result.ok }
        : { check, status: 'problem', ...result, mend: PROBLEMS[result.problem] },
    );
  } catch (error) {
    return [{ check, status: 'not-checked', detail: messageOf(error) }];
  }
}
