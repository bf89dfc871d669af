import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { LessThan, MoreThan, Repository } from 'typeorm';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from '../process/periodic.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { OutageLog } from '../store/outage-log.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { WebhookRefusalEntity } from './webhook-refusal.entity.js';

const INTERVAL_MS = 10_000;
const HOUR_MS = 60 * 60 * 1_000;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;
const KEPT_HOURS = 30 * DAY_HOURS;

/**
 * Webhooks that no known app secret signed: of Meta's when a secret is wrong or missing, or of strangers.
 *
 * @publicApi
 */
export interface RefusedSignatures {
  /** Of the last 24 hours, to the hour. */
  readonly lastDay: number;
  /** Of the last 7 days. */
  readonly lastWeek: number;
  /** When the last of the 7 days came; null when none did. */
  readonly lastAt: Date | null;
}

/** Counts refused webhooks by hour, over all processes; nothing of what strangers send is kept. */
@Injectable()
export class RefusedWebhooks implements OnApplicationBootstrap, OnModuleDestroy {
  #counted = 0;
  #lastAt = new Date(0);
  readonly #periodic: Periodic;

  constructor(
    @InjectWhatsAppRepository(WebhookRefusalEntity) private readonly rows: Repository<WebhookRefusalEntity>,
    @Inject(WHATSAPP_LOGGER) logger: LoggerService,
    outages: OutageLog,
  ) {
    const run = () => this.#write();
    this.#periodic = new Periodic({ name: 'Counting refused webhooks', everyMs: INTERVAL_MS, run, logger, outages });
  }

  onApplicationBootstrap(): void {
    this.#periodic.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.#periodic.stop();
    await this.#periodic.run();
  }

  /** One was refused just now. */
  note(): void {
    this.#counted += 1;
    this.#lastAt = new Date();
  }

  /** What all processes counted; this one's up to now. */
  async read(): Promise<RefusedSignatures> {
    await this.#periodic.run();
    const now = hourOf(new Date());
    const rows = await this.rows.find({ where: { hour: MoreThan(now - WEEK_HOURS) }, order: { hour: 'DESC' } });
    return {
      lastDay: sumOf(rows.filter(({ hour }) => hour > now - DAY_HOURS)),
      lastWeek: sumOf(rows),
      lastAt: rows[0]?.lastAt ?? null,
    };
  }

  async #write(): Promise<void> {
    if (this.#counted === 0) return;
    const [more, lastAt] = [this.#counted, this.#lastAt];
    this.#counted = 0;
    try {
      await this.#add(hourOf(lastAt), more, lastAt);
    } catch (error) {
      this.#counted += more;
      throw error;
    }
    await this.rows.delete({ hour: LessThan(hourOf(lastAt) - KEPT_HOURS) });
  }

  async #add(hour: number, more: number, lastAt: Date): Promise<void> {
    const update = () =>
      this.rows
        .createQueryBuilder()
        .update()
        .set({ refused: () => 'refused + :more', lastAt })
        .where({ hour })
        .setParameter('more', more)
        .execute();
    if ((await update()).affected !== 0) return;
    try {
      await this.rows.insert({ hour, refused: more, lastAt });
    } catch (error) {
      // Another process was quicker.
      if (!isUniqueViolation(error)) throw error;
      await update();
    }
  }
}

const hourOf = (moment: Date): number => Math.floor(moment.getTime() / HOUR_MS);

const sumOf = (rows: readonly WebhookRefusalEntity[]): number => rows.reduce((sum, { refused }) => sum + refused, 0);
