import { Injectable } from '@nestjs/common';
import { ContactDirectory } from '../../contacts/contact-directory.js';
import { identitiesOf, isParentUserId, type ReportedContact, userIdsOf } from '../../contacts/reported-contact.js';
import { isErased } from '../../messages/message-changes.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import type { StatusUpdate } from './status-update.js';

/** A message of ours, and what was reported of it. */
type ReportedMessage = Pick<MessageEntity, 'workspaceId' | 'recipientPhone' | 'userId' | 'createdAt'> & {
  readonly updates: readonly StatusUpdate[];
};

/**
 * Files what statuses report of the people that messages went to: the user ids of a number, so that whoever writes by an id
 * alone is the person that the number was sent to.
 */
@Injectable()
export class RecipientIdentities {
  constructor(private readonly directory: ContactDirectory) {}

  async link(messages: readonly ReportedMessage[]): Promise<void> {
    const reports = messages.filter((message) => !isErased(message)).flatMap(reportsOf);
    for (const workspaceId of new Set(reports.map((report) => report.workspaceId))) {
      const own = reports.filter((report) => report.workspaceId === workspaceId);
      const people = new Map(own.map(({ person }) => [JSON.stringify(person), person]));
      await this.directory.ensure(workspaceId, [...people.values()]);
    }
  }
}

/** Meta's clock has whole seconds: of what happened within one, nothing is later. */
const SECOND = 1_000;

interface RecipientReport {
  readonly workspaceId: number;
  readonly person: ReportedContact;
}

const isBareNumber = ({ userId, parentUserId, profileName, username }: StatusUpdate['recipient']): boolean =>
  userId === undefined && parentUserId === undefined && profileName === undefined && username === undefined;

function reportsOf({ workspaceId, recipientPhone, userId, createdAt, updates }: ReportedMessage): RecipientReport[] {
  // Mostly a status names no one but by the number.
  if (userId === null && updates.every(({ recipient }) => isBareNumber(recipient))) return [];
  return updates.flatMap(({ recipient, reported }) => {
    const hasNames = recipient.username !== undefined || recipient.profileName !== undefined;
    const person: ReportedContact = {
      ...recipient,
      ...(userId !== null && isParentUserId(userId)
        ? { parentUserId: recipient.parentUserId ?? userId }
        : { userId: recipient.userId ?? userId ?? undefined }),
      phone: recipientPhone || undefined,
      // A message that is read late went to whoever had the number when it was sent.
      at: new Date(Math.floor(createdAt.getTime() / SECOND) * SECOND),
      ...(hasNames && { profileAt: reported.at }),
      isListed: false,
    };
    const isNews = hasNames || (userIdsOf(person).length > 0 && identitiesOf(person).length > 1);
    return isNews ? [{ workspaceId, person }] : [];
  });
}
