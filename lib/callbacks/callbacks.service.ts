import { Injectable } from '@nestjs/common';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import { CallbackDeliverer } from './callback-deliverer.js';
import { CallbackDeliveries } from './callback-deliveries.js';
import { CallbackOutbox } from './callback-outbox.js';
import { CallbackSettings } from './callback-settings.js';
import {
  type WhatsAppCallback,
  type CallbackDelivery,
  type CallbackDeliveryPage,
  type CallbackWithSecret,
  type ListCallbackDeliveries,
  type SetCallbackInput,
  viewOfDelivery,
} from './callbacks.inputs.js';
import { OverdueDeliveries } from './delivery-maintenance.js';

/**
 * Reports to a workspace, at a URL of its own, the statuses of its messages, what is written to it, and what changes of its
 * contacts: by `POST` of `{event, timestamp, data}` in JSON. Each callback is stored together with the fact that it reports, and tried
 * for about a day until a status of 200 to 299 answers it; it may arrive more than once, then with the same `X-Webhook-Id`,
 * and in another order than things happened. While its target takes nothing at all, few are tried and the others wait, for
 * as long as the tries take, an hour at least; then they have failed, too. `X-Webhook-Signature` is the HMAC-SHA256 of the
 * body's bytes with the secret, in hex.
 *
 * @publicApi
 */
@Injectable()
export class CallbacksService {
  constructor(
    private readonly workspaces: WorkspacesService,
    private readonly settings: CallbackSettings,
    private readonly history: CallbackDeliveries,
    private readonly overdue: OverdueDeliveries,
    private readonly deliverer: CallbackDeliverer,
    private readonly outbox: CallbackOutbox,
  ) {}

  /**
   * Reports everything that happens from now on (in other processes: from a second later on) to a URL, in place of the one
   * before. What still waits goes there, too.
   * @returns with the secret, which is not shown again
   * @throws ValidationError with every problem; NotFoundError `WORKSPACE_NOT_FOUND`
   * @throws ConfigurationError without `encryptionKeys` in the module's options, for the secret is only stored encrypted
   */
  async set({ workspace, ...callback }: SetCallbackInput): Promise<CallbackWithSecret> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const set = await this.settings.set(workspaceId, callback);
    this.outbox.noteSet(workspaceId);
    this.deliverer.wake([workspaceId]);
    return set;
  }

  /** Where the workspace's callbacks go, and how that goes. @throws NotFoundError `CALLBACK_NOT_FOUND` */
  async get({ workspace }: InWorkspace = {}): Promise<WhatsAppCallback> {
    return this.settings.get(await this.workspaces.idOf(workspace));
  }

  /** Reports nothing to the workspace any more; what still waits to be delivered has failed. */
  async remove({ workspace }: InWorkspace = {}): Promise<void> {
    const workspaceId = await this.workspaces.idOf(workspace);
    await this.settings.remove(workspaceId);
    await this.overdue.giveUpAll(workspaceId);
  }

  /** What was delivered, or is to be, the newest first. @throws ValidationError */
  async deliveries({ workspace, ...asked }: ListCallbackDeliveries = {}): Promise<CallbackDeliveryPage> {
    return this.history.list(await this.workspaces.idOf(workspace), asked);
  }

  /**
   * Returns one delivery.
   * @param id of the delivery, which the receiver has as `X-Webhook-Id`
   * @throws NotFoundError `CALLBACK_DELIVERY_NOT_FOUND`
   */
  async delivery(id: string, { workspace }: InWorkspace = {}): Promise<CallbackDelivery> {
    return viewOfDelivery(await this.history.find(await this.workspaces.idOf(workspace), id));
  }

  /**
   * Delivers once more what was delivered, or failed; one that still waits is left to its next try.
   * @param id of the delivery, which the receiver has as `X-Webhook-Id`
   * @throws NotFoundError `CALLBACK_NOT_FOUND`, `CALLBACK_DELIVERY_NOT_FOUND`
   */
  async resend(id: string, { workspace }: InWorkspace = {}): Promise<CallbackDelivery> {
    const workspaceId = await this.workspaces.idOf(workspace);
    await this.settings.get(workspaceId);
    const delivery = await this.history.resend(workspaceId, id);
    await this.#awaken(workspaceId);
    return viewOfDelivery(delivery);
  }

  /** Delivers everything once more that failed. @returns how many @throws NotFoundError `CALLBACK_NOT_FOUND` */
  async resendFailed({ workspace }: InWorkspace = {}): Promise<number> {
    const workspaceId = await this.workspaces.idOf(workspace);
    await this.settings.get(workspaceId);
    const count = await this.history.resendFailed(workspaceId);
    await this.#awaken(workspaceId);
    return count;
  }

  async #awaken(workspaceId: number): Promise<void> {
    await this.settings.awaken(workspaceId);
    this.deliverer.wake([workspaceId]);
  }
}
