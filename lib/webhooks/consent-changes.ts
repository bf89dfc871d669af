import { Injectable } from '@nestjs/common';
import { ContactDirectory } from '../contacts/contact-directory.js';
import type { ContactEntity } from '../contacts/contact.entity.js';
import { MarketingConsents } from '../contacts/marketing-consents.js';
import type { ReportedContact } from '../contacts/reported-contact.js';
import { QueuedEvents } from './events/queued-events.js';
import type { ConsentSource } from '../contacts/contacts.inputs.js';

/** Whether someone wants marketing, as a webhook reports it. */
export interface ConsentChange {
  readonly workspaceId: number;
  readonly person: ReportedContact;
  readonly isOptedOut: boolean;
  readonly source: ConsentSource;
  readonly at: Date;
}

/** Stores consents that webhooks report. */
@Injectable()
export class ConsentChanges {
  constructor(
    private readonly consents: MarketingConsents,
    private readonly directory: ContactDirectory,
    private readonly queued: QueuedEvents,
  ) {}

  /** @returns the contacts to report to the host: those with a changed consent, or, where a repeated report is an event again, those it still is the consent of */
  async note({ workspaceId, person: seen, isOptedOut, source, at }: ConsentChange): Promise<readonly ContactEntity[]> {
    const person = { ...seen, at: seen.at ?? at };
    const change = [workspaceId, [person], source, at] as const;
    const changed = await (isOptedOut ? this.consents.optOut(...change) : this.consents.optIn(...change));
    if (!this.queued.repeatsEvents) return changed;
    const contacts = await this.directory.ensure(workspaceId, [person]);
    return contacts.filter(
      ({ consentAt, optedOutAt }) => consentAt?.getTime() === at.getTime() && (optedOutAt !== null) === isOptedOut,
    );
  }
}
