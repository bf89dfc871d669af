import type { Books, RowState } from '../audit.js';
import type { Scene } from '../scene.js';

/** What the table of an app with a job per recipient says. */
export class UsualBooks implements Books {
  readonly hasRowsFromTheStart = false;

  constructor(private readonly scene: Scene) {}

  waiting(): Promise<number> {
    return this.open();
  }

  /** How many jobs have no end yet; many while no process can say. */
  async open(): Promise<number> {
    const [app] = this.scene.awake;
    return (await app?.child.call('open')) ?? Infinity;
  }

  async rows(): Promise<Map<string, RowState>> {
    const rows = await this.scene.database.query<{ phone: string; status: string }>(
      'SELECT phone, status FROM outcomes',
    );
    return new Map(rows.map(({ phone, status }) => [phone.slice(1), status === 'sent' ? 'sent' : 'failed']));
  }

  /** Nothing here prevents it. */
  async lookInto(): Promise<void> {}

  /** It has no counters. */
  miscounted(): Promise<number> {
    return Promise.resolve(0);
  }
}
