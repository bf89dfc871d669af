import { EventEmitter, once } from 'node:events';
import { Agent, type Dispatcher } from 'undici';

/** Holds calls of Meta back right before they are written, as if the process were frozen there. */
export class HeldCalls {
  readonly #agent = new Agent();
  readonly #events = new EventEmitter();
  #holdsNext = false;

  /** For the `graph` options of the module. */
  readonly dispatcher: Dispatcher = this.#agent.compose((dispatch) => (options, handler) => {
    if (!this.#holdsNext || options.method !== 'POST') return dispatch(options, handler);
    this.#holdsNext = false;
    void once(this.#events, 'released').then(() => dispatch(options, handler));
    this.#events.emit('held');
    return true;
  });

  /** Resolves once the next `POST` is held; what it resolves to lets it go. */
  async next(): Promise<() => void> {
    this.#holdsNext = true;
    await once(this.#events, 'held');
    return () => void this.#events.emit('released');
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }
}
