import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, IsNull, LessThanOrEqual, Repository } from 'typeorm';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { CallbackDeliveryEntity } from './callback-delivery.entity.js';
import { CallbackSecrets } from './callback-secrets.js';
import { CallbackEntity } from './callback.entity.js';
import { CALLBACK_OPTIONS, type CallbackOptions, restAfter } from './callbacks.options.js';

/** Where a workspace's callbacks go now. */
export interface CallbackTarget extends Pick<CallbackEntity, 'workspaceId' | 'url' | 'failures' | 'failingSince'> {
  readonly secret: string;
}

/** Workspaces looked at by one statement. */
const BATCH_SIZE = 100;

/** Milliseconds for which a target rests whose secret cannot be read. */
const UNREADABLE_REST = 60_000;

/** Knows which workspaces have something due, and lets targets rest that fail. */
@Injectable()
export class CallbackTargets {
  constructor(
    @Inject(CALLBACK_OPTIONS) private readonly options: CallbackOptions,
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(CallbackEntity) private readonly callbacks: Repository<CallbackEntity>,
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
    private readonly secrets: CallbackSecrets,
  ) {}

  /** Workspaces with something to deliver now, the one that has waited longest first; none whose target rests. */
  async due(): Promise<number[]> {
    const now = new Date();
    const awake = await this.callbacks.find({
      select: { workspaceId: true },
      where: [{ restingUntil: IsNull() }, { restingUntil: LessThanOrEqual(now) }],
    });
    const due: { readonly workspaceId: number; readonly since: number }[] = [];
    const look = this.#look(now);
    for (let start = 0; start < awake.length; start += BATCH_SIZE) {
      const looks = awake.slice(start, start + BATCH_SIZE).map(({ workspaceId }) => look(workspaceId));
      const rows: readonly { workspaceId: unknown; since: unknown }[] = await this.dataSource.query(
        looks.join(' UNION ALL '),
      );
      for (const row of rows) due.push({ workspaceId: Number(row.workspaceId), since: Number(row.since) });
    }
    return due.toSorted((a, b) => a.since - b.since).map(({ workspaceId }) => workspaceId);
  }

  /** One look into an index for each, however much waits: no database does that for a join. */
  #look(now: Date): (workspaceId: number) => string {
    const query = this.deliveries
      .createQueryBuilder('delivery')
      .select('delivery.workspaceId', 'workspaceId')
      .addSelect('delivery.nextAttemptAt', 'since')
      .where(`delivery.workspaceId = :workspaceId AND delivery.nextAttemptAt <= ${now.getTime()}`)
      .orderBy('delivery.nextAttemptAt')
      .limit(1);
    const [before, after] = query.getQuery().split(':workspaceId');
    return (workspaceId) => `SELECT * FROM (${before}${workspaceId}${after}) AS look_${workspaceId}`;
  }

  /**
   * Where to deliver; undefined when there is no callback, or its target rests.
   * @throws when its secret cannot be read, which is a failure of the target's, too
   */
  async find(workspaceId: number): Promise<CallbackTarget | undefined> {
    const row = await this.callbacks
      .createQueryBuilder('callback')
      .addSelect('callback.secret')
      .where({ workspaceId })
      .getOne();
    if (!row || (row.restingUntil && row.restingUntil > new Date())) return undefined;
    const { url, failures, failingSince } = row;
    return { workspaceId, url, failures, failingSince, secret: await this.#secretOf(row) };
  }

  /** Something came through. */
  async noteSuccess({ workspaceId, url, failures }: CallbackTarget): Promise<void> {
    if (failures === 0) return;
    await this.callbacks.update({ workspaceId, url }, { failures: 0, failingSince: null, restingUntil: null });
  }

  /** Nothing came through of several tries. @returns whether the target rests now */
  async noteFailures(
    { workspaceId, url, failures: before, failingSince }: CallbackTarget,
    count: number,
  ): Promise<boolean> {
    const now = Date.now();
    const since = failingSince ?? new Date(now);
    const failures = before + count;
    const rest = restAfter(this.options.callbackRetryDelays, failures, now - since.getTime());
    const restingUntil = rest === 0 ? null : new Date(now + rest);
    await this.callbacks.update({ workspaceId, url }, { failures, failingSince: since, restingUntil });
    return restingUntil !== null;
  }

  async #secretOf({ workspaceId, secret: stored, failures, failingSince }: CallbackEntity): Promise<string> {
    try {
      const secret = this.secrets.decrypt(stored, workspaceId);
      const anew = this.secrets.encryptedAnew(stored, secret, workspaceId);
      // Only if no one has set another one meanwhile.
      if (anew !== undefined) await this.callbacks.update({ workspaceId, secret: stored }, { secret: anew });
      return secret;
    } catch (error) {
      const now = Date.now();
      const restingUntil = new Date(now + UNREADABLE_REST);
      const failing = { failures: failures + 1, failingSince: failingSince ?? new Date(now), restingUntil };
      // Only if no one has set another one meanwhile.
      await this.callbacks.update({ workspaceId, secret: stored }, failing);
      throw error;
    }
  }
}
