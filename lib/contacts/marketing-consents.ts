import { Injectable } from '@nestjs/common';
import { IsNull, Not, Repository } from 'typeorm';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { ContactRows, isLaterConsent } from './contact-rows.js';
import { ContactEntity } from './contact.entity.js';
import { ConsentHistory } from './consent-history.js';
import { identityOf, type ReportedContact } from './reported-contact.js';
import { ReportedContacts } from './contact-directory.js';
import { ConflictError } from '../errors.js';
import { ConsentSource } from './contacts.inputs.js';

type Consent = Pick<ContactEntity, 'optedOutAt'> & { readonly optOutSource: ConsentSource; readonly consentAt: Date };

/** Who wants marketing, and who gets nothing at all. Consents may come in any order: the latest counts. */
@Injectable()
export class MarketingConsents {
  /**
   * SQL of what keeps a person from getting a message, which is a row or null: for statements that ask for more, with the values
   * of `refusalParameters`. `OPTED_OUT` is about marketing alone.
   */
  readonly refusalQuery: string;

  constructor(
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    private readonly seen: ReportedContacts,
    private readonly rows: ContactRows,
    private readonly history: ConsentHistory,
  ) {
    this.refusalQuery = identities
      .createQueryBuilder('identity')
      .innerJoin(ContactEntity, 'contact', 'contact.id = identity.contactId')
      .select(
        `CASE WHEN contact.blockedAt IS NOT NULL THEN 'BLOCKED' WHEN contact.optedOutAt IS NOT NULL THEN 'OPTED_OUT' END`,
      )
      .where('identity.workspaceId = :workspaceId AND identity.identity = :identity AND identity.present = 1')
      .getQuery();
  }

  /**
   * Notes that people want no marketing any more.
   * @param at when they said so, by Meta's clock where Meta reports it
   * @param enteredBy who of the host's reports it
   * @returns the contacts of those who wanted it until then
   */
  optOut(
    workspaceId: number,
    people: readonly ReportedContact[],
    source: ConsentSource,
    at: Date,
    enteredBy: string | null = null,
  ): Promise<readonly ContactEntity[]> {
    return this.#record(workspaceId, people, { optedOutAt: at, optOutSource: source, consentAt: at }, enteredBy);
  }

  /**
   * Notes that people want marketing again.
   * @param at when they said so, by Meta's clock where Meta reports it
   * @param enteredBy who of the host's reports it
   * @returns the contacts of those who wanted none until then
   */
  optIn(
    workspaceId: number,
    people: readonly ReportedContact[],
    source: ConsentSource,
    at: Date,
    enteredBy: string | null = null,
  ): Promise<readonly ContactEntity[]> {
    return this.#record(workspaceId, people, { optedOutAt: null, optOutSource: source, consentAt: at }, enteredBy);
  }

  /**
   * People who must not be sent a message.
   * @param phones digits in any spelling, or business-scoped user ids
   * @param category of the template: who opted out gets no `MARKETING`; who is blocked gets nothing, whatever it is
   * @returns by phone as it was given
   */
  async refusalsOf(
    workspaceId: number,
    phones: readonly string[],
    category: string | null,
  ): Promise<ReadonlyMap<string, RecipientRefusal>> {
    const isMarketing = category === 'MARKETING';
    if (phones.length === 0 || !(await this.#isAnyRefused(workspaceId, isMarketing))) return new Map();
    const rows = await this.identities
      .createQueryBuilder('identity')
      .innerJoin(ContactEntity, 'contact', 'contact.id = identity.contactId')
      .select('identity.identity', 'identity')
      .addSelect('contact.blockedAt', 'blockedAt')
      .where({ workspaceId, identity: inList(this.identities, [...new Set(phones.map(identityOf))]), until: IsNull() })
      .andWhere(
        isMarketing
          ? '(contact.blockedAt IS NOT NULL OR contact.optedOutAt IS NOT NULL)'
          : 'contact.blockedAt IS NOT NULL',
      )
      .getRawMany<{ identity: string; blockedAt: unknown }>();
    const refused = new Map(
      rows.map(({ identity, blockedAt }) => [identity, blockedAt === null ? 'OPTED_OUT' : 'BLOCKED'] as const),
    );
    return new Map(
      phones.flatMap((phone) => {
        const refusal = refused.get(identityOf(phone));
        return refusal ? [[phone, refusal] as const] : [];
      }),
    );
  }

  /** @param to digits in any spelling, or a business-scoped user id */
  refusalParameters(workspaceId: number, to: string): Readonly<Record<string, unknown>> {
    return { workspaceId, identity: identityOf(to) };
  }

  /** Mostly no one, and that is cheap to know. */
  async #isAnyRefused(workspaceId: number, isMarketing: boolean): Promise<boolean> {
    if (await this.contacts.existsBy({ workspaceId, blockedAt: Not(IsNull()) })) return true;
    return isMarketing && this.contacts.existsBy({ workspaceId, optedOutAt: Not(IsNull()) });
  }

  #record(
    workspaceId: number,
    people: readonly ReportedContact[],
    consent: Consent,
    enteredBy: string | null,
  ): Promise<readonly ContactEntity[]> {
    const { rows, history } = this;
    const said = {
      consent: consent.optedOutAt === null ? ('opted_in' as const) : ('opted_out' as const),
      source: consent.optOutSource,
      saidAt: consent.consentAt,
      enteredBy,
    };
    return this.seen.change(workspaceId, people, function* (contacts) {
      yield* history.note(contacts, said);
      const later = contacts.filter((contact) => isLaterConsent(consent, contact));
      yield* rows.update(later.map(({ id }) => ({ id, ...consent })));
      const changed = later.filter(({ optedOutAt }) => (optedOutAt === null) !== (consent.optedOutAt === null));
      return changed.map((contact) => Object.assign(contact, consent));
    });
  }
}

/**
 * Why nothing, or no marketing, is sent to a person.
 *
 * @publicApi
 */
export type RecipientRefusal = 'OPTED_OUT' | 'BLOCKED';

const REASONS: Readonly<Record<RecipientRefusal, string>> = {
  OPTED_OUT: 'The person wants no marketing messages. Send them none until they want some again.',
  BLOCKED: 'The person is blocked. Unblock them to send to them again.',
};

export const refusalInWords = (refusal: RecipientRefusal): string => REASONS[refusal];

/**
 * A person who must not be sent the message; Meta was not asked.
 *
 * @publicApi
 */
export class RecipientRefusedError extends ConflictError {
  constructor(
    /** Why nothing may be sent to the person. */
    readonly refusal: RecipientRefusal,
  ) {
    super(`RECIPIENT_${refusal}`, refusalInWords(refusal));
  }
}
