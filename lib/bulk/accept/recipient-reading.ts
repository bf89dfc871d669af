import { createHash } from 'node:crypto';
import type { Person } from '../../contacts/people.js';
import type { PhoneCountryCode } from '../../contacts/phone-number.js';
import { countProblems, type ValidationProblem, ValidationError } from '../../errors.js';
import type { IdempotencyFingerprint } from '../../messages/idempotency-key.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import { NO_CODE_BY_USER_ID, readRecipient, recipientOf } from '../../messages/recipient.js';
import { readTemplateValues } from '../../messages/template-messages.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import { hasOneTimeCode, type TemplateVariables } from '../../templates/variables/variable-values.js';
import { TooManyRecipientsError } from '../bulk.errors.js';
import type { BulkRecipient, BulkRecipients, UnreadableRecipient } from '../bulk.inputs.js';

/** What recipients are read against. */
export interface ReadingRules {
  readonly template: TemplateEntity;
  readonly defaultCountry: PhoneCountryCode | undefined;
  readonly maxRecipients: number | undefined;
  /** Who recipients are, by how they are named. */
  readonly peopleOf: (named: readonly string[]) => Promise<ReadonlyMap<string, Pick<Person, 'key'>>>;
  /** Takes in every recipient as it was given. */
  readonly fingerprint: IdempotencyFingerprint | undefined;
  /** Whether those who are right are handed on even when others are wrong. */
  readonly inSpiteOfProblems: boolean;
  /** Asked at the first problem: whether Meta still has the template as it is here. */
  readonly isCurrent: () => Promise<boolean>;
}

/** What was read. */
export interface Reading {
  readonly total: number;
  readonly unique: number;
  /** Those with a problem, or several. */
  readonly invalid: number;
  /** The first ones. */
  readonly problems: readonly ValidationProblem[];
  readonly furtherProblems: number;
}

/** So many that statements are few, and so few that what was read of them is gone before V8 takes it for long-lived. */
const BATCH = 500;

const MOST_PROBLEMS = 100;

/**
 * Reads recipients to their end: checks each, keeps the first of each person, and hands these on in batches. After the first problem nothing more is
 * handed on, unless the rules ask for it: the rest is read for its problems alone.
 * @throws TooManyRecipientsError, ValidationError when they are no list, and whatever their own iterator throws
 */
export async function readRecipients(
  recipients: BulkRecipients,
  rules: ReadingRules,
  take: (batch: readonly ReadBulkRecipient[], first: number) => Promise<void>,
): Promise<Reading> {
  const { template, defaultCountry, maxRecipients = Infinity, peopleOf, fingerprint, inSpiteOfProblems } = rules;
  assertIterable(recipients);
  if (Array.isArray(recipients) && recipients.length > maxRecipients) throw new TooManyRecipientsError(maxRecipients);
  const seen = new PersonSet();
  const problems: ValidationProblem[] = [];
  let [total, invalid, problemCount, taken] = [0, 0, 0, 0];
  let batch: ReadBulkRecipient[] = [];
  const handOn = async (read: readonly ReadBulkRecipient[]) => {
    const people = await peopleOf(read.map(recipientOf));
    const news = read.filter((recipient) => {
      const name = recipientOf(recipient);
      return seen.add(people.get(name)?.key ?? name);
    });
    const isWanted = problemCount === 0 || inSpiteOfProblems;
    if (isWanted && news.length > 0) await take(news, taken + 1);
    taken += news.length;
  };
  // While one batch is stored, the next one is read.
  let handedOn = Promise.resolve();
  const handOnBatch = async () => {
    await handedOn;
    handedOn = handOn(batch);
    handedOn.catch(() => {}); // whoever waits for it next gets the error
    batch = [];
  };
  try {
    for await (const recipient of recipients) {
      if (total >= maxRecipients) throw new TooManyRecipientsError(maxRecipients);
      fingerprint?.add(recipient);
      const check = checkRecipient(recipient, total, template, defaultCountry);
      total += 1;
      if (check.problems) {
        if (problemCount === 0 && !(await rules.isCurrent())) throw templateChanged();
        invalid += 1;
        problemCount += countProblems(check.problems);
        for (const problem of check.problems.slice(0, MOST_PROBLEMS - problems.length)) problems.push(problem);
      } else {
        batch.push(check);
        if (batch.length === BATCH) await handOnBatch();
      }
    }
    await handOnBatch();
    await handedOn;
  } finally {
    // Nothing is stored any more once this has ended.
    await handedOn.catch(() => {});
  }
  return { total, unique: seen.size, invalid, problems, furtherProblems: problemCount - problems.length };
}

const templateChanged = (): ValidationError =>
  new ValidationError([
    {
      path: 'template',
      message:
        'was changed at Meta while the recipients were read; send the request again, and they are checked by what it is now.',
    },
  ]);

/** @throws ValidationError */
export function assertIterable(recipients: unknown): void {
  const isObject = typeof recipients === 'object' && recipients !== null;
  if (isObject && (Symbol.iterator in recipients || Symbol.asyncIterator in recipients)) return;
  throw new ValidationError([{ path: 'recipients', message: 'must be an array or another iterable.' }]);
}

const FREE = 0;

/**
 * People who were seen, by their keys (see `People`): 8 bytes for a phone number, where a `Set` of texts would take about 80,
 * so that a million of them fit in memory next to everything else. A number has at most 15 digits and so is exact as a float. Of a
 * user id 104 bits of its hash are kept, by which no two are taken for one.
 */
export class PersonSet {
  readonly #numbers = new FloatSet(1);
  readonly #userIds = new FloatSet(2);

  get size(): number {
    return this.#numbers.size + this.#userIds.size;
  }

  /** @returns false when the person was there */
  add(key: string): boolean {
    if (/^[1-9]\d{0,14}$/.test(key)) return this.#numbers.add([Number(key)]);
    const hash = createHash('sha256').update(key).digest();
    // A free slot has 0, so no hash begins with it.
    return this.#userIds.add([hash.readUIntBE(0, 6) + 1, hash.readUIntBE(6, 6)]);
  }
}

/** A set of entries that are as many floats each; the first of them is never 0. */
class FloatSet {
  #slots: Float64Array;
  size = 0;

  constructor(private readonly width: number) {
    this.#slots = new Float64Array(1_024 * width);
  }

  add(entry: readonly number[]): boolean {
    const slot = this.#slotOf(entry);
    if (this.#slots[slot] !== FREE) return false;
    this.#slots.set(entry, slot);
    this.size += 1;
    if (this.size > (this.#slots.length / this.width) * 0.7) this.#grow();
    return true;
  }

  /** Where the entry is, or would be put. */
  #slotOf(entry: ArrayLike<number>): number {
    const [first = 0] = [entry[0]];
    const mask = this.#slots.length / this.width - 1;
    // Neighbouring numbers, as lists often have them, are scattered; both halves of the number count.
    let hash = Math.imul((first % 2 ** 32) | 0, 0x9e3779b1) ^ Math.imul(Math.floor(first / 2 ** 32), 0x85ebca6b);
    hash ^= hash >>> 15;
    let index = hash & mask;
    while (!this.#isFreeOr(entry, index * this.width)) index = (index + 1) & mask;
    return index * this.width;
  }

  #isFreeOr(entry: ArrayLike<number>, slot: number): boolean {
    if (this.#slots[slot] === FREE) return true;
    for (let part = 0; part < this.width; part += 1) if (this.#slots[slot + part] !== entry[part]) return false;
    return true;
  }

  #grow(): void {
    const slots = this.#slots;
    this.#slots = new Float64Array(slots.length * 2);
    for (let slot = 0; slot < slots.length; slot += this.width) {
      const entry = slots.subarray(slot, slot + this.width);
      if (entry[0] !== FREE) this.#slots.set(entry, this.#slotOf(entry));
    }
  }
}

/** A recipient that can be sent to. */
export interface ReadBulkRecipient extends Pick<MessageEntity, 'recipientPhone' | 'userId'> {
  readonly variables: TemplateVariables;
}

/** A recipient that can be sent to, or everything that is wrong with it. */
type RecipientCheck =
  (ReadBulkRecipient & { readonly problems?: undefined }) | { readonly problems: readonly ValidationProblem[] };

/** Checks one recipient against the template, before anything is stored. */
function checkRecipient(
  recipient: BulkRecipient | UnreadableRecipient,
  index: number,
  template: TemplateEntity,
  defaultCountry: PhoneCountryCode | undefined,
): RecipientCheck {
  const path = `recipients[${index}]`;
  const given: unknown = recipient;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { problems: [{ path, message: 'must be an object with phone and variables.' }] };
  }
  if ('unreadable' in recipient) return { problems: [{ path, message: recipient.unreadable }] };
  const read = readRecipient(recipient.phone, defaultCountry);
  const { values, problems: wrongValues } = readTemplateValues(template, recipient);
  const problems = [...(read.problems ?? []).map(({ message }) => ({ path: 'phone', message })), ...wrongValues];
  if (!read.problems && read.userId !== null && hasOneTimeCode(template)) {
    problems.unshift({ path: 'phone', message: NO_CODE_BY_USER_ID });
  }
  if (!read.problems && problems.length === 0) {
    const { recipientPhone, userId } = read;
    return { recipientPhone, userId, variables: values };
  }
  return { problems: problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` })) };
}
