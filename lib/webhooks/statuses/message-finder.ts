import { Inject, Injectable } from '@nestjs/common';
import { And, type FindOptionsWhere, IsNull, Not, Repository } from 'typeorm';
import { INSTALLATION_ID } from '../../store/data-source.provider.js';
import { inList } from '../../store/dialect.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { MessageEntity } from '../../messages/message.entity.js';
import type { StatusUpdate } from './status-update.js';

/** A message of ours that statuses are about. */
export interface FoundMessage extends Known {
  readonly updates: readonly StatusUpdate[];
}

/** Statuses by the messages that they are about. */
export interface FoundMessages {
  /** In the order of their ids. */
  readonly messages: readonly FoundMessage[];
  /** Of messages that this deployment did not send. */
  readonly strange: readonly StatusUpdate[];
}

/** What of a row never changes, but for its wamid and by an erasure. */
type Known = Pick<
  MessageEntity,
  'id' | 'workspaceId' | 'bulkSendId' | 'phoneNumberId' | 'wamid' | 'recipientPhone' | 'userId' | 'createdAt'
>;

const KNOWN = {
  id: true,
  workspaceId: true,
  bulkSendId: true,
  phoneNumberId: true,
  wamid: true,
  recipientPhone: true,
  userId: true,
  createdAt: true,
} as const;

/** Finds the messages that statuses are about: by the row id that they took along, else by Meta's id. */
@Injectable()
export class MessageFinder {
  constructor(
    @Inject(INSTALLATION_ID) private readonly installationId: string,
    @InjectWhatsAppRepository(MessageEntity) private readonly rows: Repository<MessageEntity>,
  ) {}

  async find(updates: readonly StatusUpdate[]): Promise<FoundMessages> {
    const all = updates.map((update) => this.#withOwnCallbackData(update));
    const byId = await this.#byId(all.flatMap(({ callbackData }) => callbackData?.messageId ?? []));
    const byWamid = await this.#byWamid(all.flatMap(({ callbackData, wamid }) => (callbackData ? [] : wamid)));
    const found = new Map<number, Known & { readonly updates: StatusUpdate[] }>();
    const strange: StatusUpdate[] = [];
    for (const update of all) {
      const { callbackData, wamid, item } = update;
      const row = callbackData ? byId.get(callbackData.messageId) : byWamid.get(wamid);
      if (row?.phoneNumberId !== item.phoneNumberId) {
        strange.push(update);
        continue;
      }
      const known = found.get(row.id);
      if (known) known.updates.push(update);
      else found.set(row.id, { ...row, updates: [update] });
    }
    return { messages: [...found.values()].toSorted((one, other) => one.id - other.id), strange };
  }

  /** Of another deployment's row id only its wamid counts. */
  #withOwnCallbackData(update: StatusUpdate): StatusUpdate {
    const isOwn = update.callbackData?.installationId === this.installationId;
    return isOwn ? update : { ...update, callbackData: undefined };
  }

  async #byId(ids: readonly number[]): Promise<ReadonlyMap<number, Known>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#read({ id: inList(this.rows, [...new Set(ids)]) });
    return new Map(rows.map((row) => [row.id, row]));
  }

  async #byWamid(wamids: readonly string[]): Promise<ReadonlyMap<string, Known>> {
    if (wamids.length === 0) return new Map();
    const rows = await this.#read({ wamid: And(Not(IsNull()), inList(this.rows, [...new Set(wamids)])) });
    return new Map(rows.flatMap((row) => (row.wamid === null ? [] : [[row.wamid, row] as const])));
  }

  #read(where: FindOptionsWhere<MessageEntity>): Promise<Known[]> {
    return this.rows.find({ select: KNOWN, where: { ...where, direction: 'outbound' } });
  }
}
