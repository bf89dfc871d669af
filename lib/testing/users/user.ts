import { recipientKey } from '../records/records.js';

/**
 * A person on WhatsApp to make.
 *
 * @publicApi
 */
export interface UserFixture {
  /** The phone number in any spelling, calling code included. */
  readonly phone: string;
  /** The id that the account's business portfolio knows the user by, such as `US.13491208655302741918`; by default a new one. */
  readonly userId?: string;
  /** The id of the parent business, such as `US.ENT.506847293015`; by default none, as only some businesses have one. */
  readonly parentUserId?: string;
  /** The username, without `@`; by default none. */
  readonly username?: string;
  /** By default `Sample Customer`. */
  readonly profileName?: string;
  /** Whether webhooks have the number; by default true. */
  readonly isNumberReported?: boolean;
}

/** What webhooks name of a user. */
export interface UserNode {
  readonly phone: string;
  readonly userId: string;
  readonly parentUserId: string | undefined;
  readonly username: string | undefined;
  readonly profileName: string | undefined;
  readonly isNumberReported: boolean;
}

let lastId = 0;

/** An id that Meta makes for a user; the country is that of the id before. */
const newId = (country: string): string => `${country}.${506_847_293_015 + (lastId += 1)}`;

/**
 * A person on WhatsApp: webhooks have their ids, and their number only while it may be reported. Made by `GraphApiServer.addUser`.
 *
 * @publicApi
 */
export class User implements UserNode {
  /** The username, without `@`; undefined while they have none. */
  username: string | undefined;
  /** The name that they gave themselves. */
  profileName: string | undefined;
  /**
   * Whether webhooks have the number: at Meta, when the user is in the contact book, or exchanged messages with the business
   * number in the last 30 days.
   */
  isNumberReported: boolean;
  #phone: string;
  #userId: string;
  #parentUserId: string | undefined;
  readonly #formerIds = new Set<string>();

  constructor(
    fixture: UserFixture,
    /** The business portfolio that the ids are for. */
    readonly portfolioId: string,
  ) {
    this.#phone = recipientKey(fixture.phone);
    this.#userId = fixture.userId ?? newId('US');
    this.#parentUserId = fixture.parentUserId;
    this.username = fixture.username;
    this.profileName = fixture.profileName;
    this.isNumberReported = fixture.isNumberReported ?? true;
  }

  /** Digits, calling code first. */
  get phone(): string {
    return this.#phone;
  }

  /** The id for the business portfolio. */
  get userId(): string {
    return this.#userId;
  }

  /** The id for the parent business. */
  get parentUserId(): string | undefined {
    return this.#parentUserId;
  }

  /** Whether it is the user's number, or an id that they have or had. */
  isKnownAs(name: string): boolean {
    const key = recipientKey(name);
    return [this.#phone, this.#userId, this.#parentUserId].includes(key) || this.#formerIds.has(key);
  }

  /** Gives the user another number and makes the ids anew, as Meta does. `PhoneNumber.changeNumberOf` also reports it. */
  moveTo(phone: string): void {
    const [country = 'US'] = this.#userId.split('.');
    for (const id of [this.#userId, this.#parentUserId]) if (id !== undefined) this.#formerIds.add(id);
    this.#phone = recipientKey(phone);
    this.#userId = newId(country);
    if (this.#parentUserId !== undefined) this.#parentUserId = newId(`${country}.ENT`);
  }
}

/** The people on WhatsApp that the stand-in knows. */
export class Users {
  readonly #users: User[] = [];

  add(user: User): User {
    const taken = [user.phone, user.userId, user.parentUserId].find((name) => name && this.find(name));
    if (taken !== undefined) throw new Error(`There is a user ${taken} already.`);
    this.#users.push(user);
    return user;
  }

  /** By number, or by any id that they have or had. */
  find(name: string): User | undefined {
    return this.#users.find((user) => user.isKnownAs(name));
  }

  /** One text for each person, by whatever they are named. */
  keyOf(name: string): string {
    return this.find(name)?.phone ?? recipientKey(name);
  }
}
