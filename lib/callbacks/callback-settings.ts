import { Inject, Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { suggestion } from '../did-you-mean.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../errors.js';
import { CALLBACK_EVENTS, type CallbackEventName, CallbackEntity } from './callback.entity.js';
import { CallbackSecrets } from './callback-secrets.js';
import { problemOfHost, problemOfCallbackUrl } from './callback-requests.js';
import type { WhatsAppCallback, CallbackWithSecret, SetCallbackInput } from './callbacks.inputs.js';
import { CALLBACK_OPTIONS, type CallbackOptions } from './callbacks.options.js';

const SHORTEST_SECRET = 16;
const LONGEST_SECRET = 255;

const EVENTS: ReadonlySet<unknown> = new Set(CALLBACK_EVENTS);

/** The URLs that workspaces' callbacks go to. */
@Injectable()
export class CallbackSettings {
  constructor(
    @Inject(CALLBACK_OPTIONS) private readonly options: CallbackOptions,
    @InjectWhatsAppRepository(CallbackEntity) private readonly callbacks: Repository<CallbackEntity>,
    private readonly secrets: CallbackSecrets,
  ) {}

  async set(
    workspaceId: number,
    { url: address, secret: given, events }: SetCallbackInput,
  ): Promise<CallbackWithSecret> {
    await this.#check({ url: address, secret: given, events });
    const secret = given ?? this.secrets.generate();
    const now = new Date();
    const { href } = withoutFragment(address);
    const row = {
      url: href,
      secret: this.secrets.encrypt(secret, workspaceId),
      events: events ? [...new Set(events)] : null,
      failures: 0,
      failingSince: null,
      restingUntil: null,
      updatedAt: now,
    };
    const { affected } = await this.callbacks.update({ workspaceId }, row);
    if (affected !== 1) await this.#insert(workspaceId, row, now);
    return { ...(await this.get(workspaceId)), secret };
  }

  /** @throws NotFoundError `CALLBACK_NOT_FOUND` */
  async get(workspaceId: number): Promise<WhatsAppCallback> {
    const row = await this.callbacks.findOneBy({ workspaceId });
    if (!row) throw new NotFoundError('CALLBACK_NOT_FOUND', 'The workspace has no callback.');
    const { url, events, failures, failingSince, restingUntil, createdAt, updatedAt } = row;
    return { url, events, failures, failingSince, restingUntil, createdAt, updatedAt };
  }

  /** Whoever asks for a delivery believes that the target is back. */
  async awaken(workspaceId: number): Promise<void> {
    await this.callbacks.update({ workspaceId }, { restingUntil: null });
  }

  async remove(workspaceId: number): Promise<void> {
    await this.callbacks.delete({ workspaceId });
  }

  async #insert(workspaceId: number, row: Omit<CallbackEntity, 'workspaceId' | 'createdAt'>, now: Date): Promise<void> {
    try {
      await this.callbacks.insert({ ...row, workspaceId, createdAt: now });
    } catch (error) {
      // Someone else set it at the same time: the last one counts.
      if (!isUniqueViolation(error)) throw error;
      await this.callbacks.update({ workspaceId }, row);
    }
  }

  async #check({ url, secret, events }: Omit<SetCallbackInput, 'workspace'>): Promise<void> {
    const urlProblem = problemOfCallbackUrl(url, this.options) ?? (await problemOfHost(new URL(url), this.options));
    const problems: ValidationProblem[] = [
      ...(urlProblem === undefined ? [] : [{ path: 'url', message: urlProblem }]),
      ...(secret === undefined || isSecret(secret)
        ? []
        : [{ path: 'secret', message: `must have ${SHORTEST_SECRET} to ${LONGEST_SECRET} characters.` }]),
      ...(events === undefined || areEvents(events)
        ? []
        : [{ path: 'events', message: `${EVENTS_RULE}${meantEvent(events)}` }]),
    ];
    if (problems.length > 0) throw new ValidationError(problems);
  }
}

const isSecret = (secret: unknown): boolean =>
  typeof secret === 'string' && secret.length >= SHORTEST_SECRET && secret.length <= LONGEST_SECRET;

const EVENTS_RULE = `must be a list of at least one of ${CALLBACK_EVENTS.join(', ')}.`;

const meantEvent = (events: unknown): string =>
  Array.isArray(events)
    ? suggestion(
        events.find((event) => !EVENTS.has(event)),
        CALLBACK_EVENTS,
      )
    : '';

const areEvents = (events: unknown): events is readonly CallbackEventName[] =>
  Array.isArray(events) && events.length > 0 && events.every((event) => EVENTS.has(event));

function withoutFragment(address: string): URL {
  const url = new URL(address);
  url.hash = '';
  return url;
}
