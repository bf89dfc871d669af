import { Injectable } from '@nestjs/common';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import type { StreamEvent, StreamEventKind } from './stream-event.js';
import { StreamHub } from './stream-hub.js';

/**
 * What to listen to.
 *
 * @publicApi
 */
export interface SubscribeOptions extends InWorkspace {
  /** Only events of these kinds; all when left out. */
  readonly kinds?: readonly StreamEventKind[] | undefined;
  /** `id` of the last event that was dealt with: those after it come first. */
  readonly after?: string | undefined;
  /** Ends the stream. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * What happens in a workspace, in whatever process of the deployment, within a second: for screens that show it. In the Redis
 * of the queue where there is one, else in the database. It is kept for some minutes, and only while someone listens.
 *
 * @publicApi
 */
@Injectable()
export class WhatsAppStream {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly hub: StreamHub,
  ) {}

  /**
   * Returns what happens from now on, until the signal is aborted, the loop is left or the app ends.
   *
   * `reset` says that events may be missing before it, so that everything has to be loaded again. It is the first event, within
   * two seconds, unless `after` names an event that is still kept; and it comes to whoever is more than 1,000 events behind.
   * @throws NotFoundError `WORKSPACE_NOT_FOUND`
   * @throws what the database or Redis fails with at the beginning; later the stream goes on once they are back
   */
  async *subscribe({ workspace, ...subscription }: SubscribeOptions = {}): AsyncGenerator<
    StreamEvent,
    void,
    undefined
  > {
    yield* this.hub.subscribe({ ...subscription, workspaceId: await this.workspaces.idOf(workspace) });
  }
}
