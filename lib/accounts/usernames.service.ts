import { Injectable } from '@nestjs/common';
import { IsNull, LessThanOrEqual, Repository } from 'typeorm';
import { ValidationError, type ValidationProblem } from '../errors.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import { isJsonObject, type JsonObject } from '../graph/json.js';
import { truncateForColumn } from '../store/columns.js';
import { Facts } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { AccountCredentials } from './account-credentials.js';
import { PhoneNumberEntity } from './phone-number.entity.js';
import { PhoneNumbers } from './phone-numbers.js';
import { type InWorkspace, WorkspacesService } from './workspaces.service.js';

/**
 * The username by which customers find a business phone number.
 *
 * @publicApi
 */
export interface BusinessUsername {
  /** Without `@`; null where there is none. */
  readonly username: string | null;
  /** Meta's word: `approved`, or `reserved` while customers do not see it yet; null where there is none. */
  readonly status: string | null;
}

/**
 * Which phone number is meant.
 *
 * @publicApi
 */
export interface UsernameOptions extends InWorkspace {
  /** Meta's id of the number; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
}

/**
 * How a username is taken.
 *
 * @publicApi
 */
export interface SetUsernameOptions extends UsernameOptions {
  /** Takes it from another number of the business that has it; false when left out: then Meta refuses it (147005). */
  readonly transfer?: boolean;
}

/** Keeps the usernames of numbers as Meta reported them last. */
@Injectable()
export class UsernameRows {
  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    private readonly facts: Facts,
  ) {}

  /** @param at when Meta said so: what was said later stays */
  async store(id: number, { username, status }: BusinessUsername, at: Date): Promise<void> {
    const usernameStatus = truncateForColumn(username === null ? null : status, 64);
    const values = { username: truncateForColumn(username, 64), usernameStatus, usernameAt: at };
    const update = this.phoneNumbers.createQueryBuilder().update().set(values);
    await this.facts.write(
      update.where([
        { id, usernameAt: IsNull() },
        { id, usernameAt: LessThanOrEqual(at) },
      ]),
    );
  }
}

/**
 * Usernames of business phone numbers.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids
 * @publicApi
 */
@Injectable()
export class UsernamesService {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly numbers: PhoneNumbers,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
    private readonly rows: UsernameRows,
  ) {}

  /**
   * Returns the username of a number, as Meta has it now.
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError
   */
  async get(options: UsernameOptions = {}): Promise<BusinessUsername> {
    const { id, path, credential } = await this.#numberOf(options);
    const answer = await this.graph.get<JsonObject>(path('username'), { credential });
    const username = textOf(answer['username']);
    return this.#stored(id, { username, status: username === null ? null : textOf(answer['status']) });
  }

  /**
   * Gives a number a username: 3 to 35 of `a-z`, `0-9`, `.` and `_`, at least one of them a letter.
   * @returns the username with Meta's decision
   * @throws ValidationError when it breaks Meta's rules, NotFoundError `PHONE_NUMBER_NOT_FOUND`
   * @throws MetaApiError (147001 when it is taken, 147005 by another number of the business), MetaUnreachableError
   * @throws OutcomeUnknownError when Meta never answered
   */
  async set(username: string, { transfer = false, ...options }: SetUsernameOptions = {}): Promise<BusinessUsername> {
    const problems = checkUsername(username);
    if (problems.length > 0) throw new ValidationError(problems);
    const { id, path, credential } = await this.#numberOf(options);
    const body = { username, transfer_action: transfer ? 'force_transfer' : 'none' };
    const answer = await this.graph.post<JsonObject>(path('username'), { credential, body });
    return this.#stored(id, { username, status: textOf(answer['status']) });
  }

  /**
   * Takes the username of a number away.
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError, OutcomeUnknownError
   */
  async delete(options: UsernameOptions = {}): Promise<void> {
    const { id, path, credential } = await this.#numberOf(options);
    await this.graph.delete(path('username'), { credential });
    await this.#stored(id, { username: null, status: null });
  }

  /**
   * Returns usernames that Meta keeps for the business.
   * @throws NotFoundError `PHONE_NUMBER_NOT_FOUND`
   * @throws MetaApiError, MetaUnreachableError
   */
  async suggestions(options: UsernameOptions = {}): Promise<readonly string[]> {
    const { path, credential } = await this.#numberOf(options);
    const { data } = await this.graph.get<JsonObject>(path('username_suggestions'), { credential });
    const lists = (Array.isArray(data) ? data : []).map((one: unknown) =>
      isJsonObject(one) ? one['username_suggestions'] : [],
    );
    return lists.flat().filter((name): name is string => typeof name === 'string');
  }

  async #numberOf({ workspace, phoneNumberId }: UsernameOptions) {
    const number = await this.numbers.find(await this.workspaces.idOf(workspace), phoneNumberId);
    return {
      id: number.id,
      path: (edge: string) => [number.phoneNumberId, edge],
      credential: await this.credentials.of(number.account.businessAccountId),
    };
  }

  async #stored(id: number, username: BusinessUsername): Promise<BusinessUsername> {
    await this.rows.store(id, username, new Date());
    return username;
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Everything that is wrong with a username. */
function checkUsername(username: unknown): ValidationProblem[] {
  const rules: readonly (readonly [isKept: (name: string) => boolean, message: string])[] = [
    [(name) => /^[a-z0-9._]{3,35}$/.test(name), 'must have 3 to 35 of a-z, 0-9, "." and "_".'],
    [(name) => /[a-z]/.test(name), 'must have a letter.'],
    [(name) => !/^\.|\.$|\.\./.test(name), 'must not begin or end with a dot, or have two in a row.'],
    [(name) => !name.startsWith('www'), 'must not begin with "www".'],
    [(name) => !/\.(?:com|net|org|edu|gov|mil|int|info|biz|io|co)$/.test(name), 'must not end like a domain.'],
  ];
  if (typeof username !== 'string') return [{ path: 'username', message: 'must be a string.' }];
  return rules.flatMap(([isKept, message]) => (isKept(username) ? [] : [{ path: 'username', message }]));
}
