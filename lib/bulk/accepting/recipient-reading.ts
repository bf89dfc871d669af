import type { CountryCode } from '../../contacts/phone-number.js';
import { type Problem, ValidationError } from '../../errors.js';
import type { IdempotencyFingerprint } from '../../idempotency/idempotency-key.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import type { TemplateVariables } from '../../templates/variables/variable-values.js';
import type { BulkRecipients } from '../bulk.inputs.js';
import { TooManyRecipientsError } from '../bulk.errors.js';
import { PhoneNumberSet } from './phone-number-set.js';
import { checkRecipient } from './recipient-check.js';

/** A recipient that is right, and the first of that number. */
export interface ReadRecipient {
  readonly phone: string;
  readonly variables: TemplateVariables;
}

/** What recipients are read against. */
export interface ReadingRules {
  readonly template: TemplateEntity;
  readonly defaultCountry: CountryCode | undefined;
  readonly maxRecipients: number | undefined;
  /** Takes in every recipient as it was given. */
  readonly fingerprint: IdempotencyFingerprint | undefined;
  /** Whether those who are right are handed on even when others are wrong. */
  readonly inSpiteOfProblems: boolean;
}

/** What was read. */
export interface Reading {
  readonly total: number;
  readonly unique: number;
  /** The first ones. */
  readonly problems: readonly Problem[];
  readonly furtherProblems: number;
}

/** So few that what was read of them is gone before V8 takes it for long-lived: memory stays flat over a million. */
const BATCH = 100;

const MOST_PROBLEMS = 100;

/**
 * Reads recipients to their end: checks each, drops doubles, and hands the rest on a batch at a time. Unless the rules want
 * it, nothing more is handed on once something is wrong, and the rest is read for its problems alone.
 * @throws TooManyRecipientsError, ValidationError when they are no list, and whatever their own iterator throws
 */
export async function readRecipients(
  recipients: BulkRecipients,
  rules: ReadingRules,
  take: (batch: readonly ReadRecipient[], first: number) => Promise<void>,
): Promise<Reading> {
  const { template, defaultCountry, maxRecipients = Infinity, fingerprint, inSpiteOfProblems } = rules;
  assertIterable(recipients);
  const seen = new PhoneNumberSet();
  const problems: Problem[] = [];
  let [total, problemCount, taken] = [0, 0, 0];
  let batch: ReadRecipient[] = [];
  const handOn = async () => {
    const isWanted = problemCount === 0 || inSpiteOfProblems;
    if (isWanted && batch.length > 0) await take(batch, taken + 1);
    taken += batch.length;
    batch = [];
  };
  for await (const recipient of recipients) {
    if (total >= maxRecipients) throw new TooManyRecipientsError(maxRecipients);
    fingerprint?.add(recipient);
    const check = checkRecipient(recipient, total, template, defaultCountry);
    total += 1;
    if (check.problems) {
      problemCount += check.problems.length;
      problems.push(...check.problems.slice(0, MOST_PROBLEMS - problems.length));
    } else if (seen.add(check.phone)) {
      batch.push(check);
      if (batch.length === BATCH) await handOn();
    }
  }
  await handOn();
  return { total, unique: seen.size, problems, furtherProblems: problemCount - problems.length };
}

/** @throws ValidationError */
function assertIterable(recipients: unknown): void {
  const isObject = typeof recipients === 'object' && recipients !== null;
  if (isObject && (Symbol.iterator in recipients || Symbol.asyncIterator in recipients)) return;
  throw new ValidationError([
    { path: 'recipients', message: 'must be a list, or something else that can be iterated.' },
  ]);
}
