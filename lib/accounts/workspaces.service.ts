import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { NotFoundError, ValidationError } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { WorkspaceEntity } from './workspace.entity.js';

/**
 * The workspace of whoever does not name one.
 *
 * @publicApi
 */
export const DEFAULT_WORKSPACE = 'default';

/**
 * Names the workspace that a call works in.
 *
 * @publicApi
 */
export interface InWorkspace {
  /** Its name; `default` when left out. */
  readonly workspace?: string;
}

/**
 * The owner of business accounts, API keys, contacts and conversations.
 *
 * @publicApi
 */
export interface WhatsAppWorkspace {
  /** Row id, which messages, contacts and events carry as `workspaceId`. */
  readonly id: number;
  /** The name that calls give; also its subdomain on the `workspace` surface. */
  readonly name: string;
  /** When it was created. */
  readonly createdAt: Date;
}

const viewOfWorkspace = ({ id, name, createdAt }: WorkspaceEntity): WhatsAppWorkspace => ({ id, name, createdAt });

/**
 * Workspaces: each owns its accounts, API keys and messages, and sees nothing of another's.
 *
 * @publicApi
 */
@Injectable()
export class WorkspacesService {
  // Names and ids never change, so a name once found needs no second look.
  readonly #ids = new LRUCache<string, number>({ max: 1_000 });

  constructor(@InjectWhatsAppRepository(WorkspaceEntity) private readonly workspaces: Repository<WorkspaceEntity>) {}

  /** Returns all workspaces, by name. */
  async list(): Promise<WhatsAppWorkspace[]> {
    return (await this.workspaces.find({ order: { name: 'ASC' } })).map(viewOfWorkspace);
  }

  /**
   * Returns the row id of a workspace, which messages, contacts and events carry as `workspaceId`.
   * @throws NotFoundError `WORKSPACE_NOT_FOUND`
   */
  async idOf(name: string = DEFAULT_WORKSPACE): Promise<number> {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const workspace = isIdentifier(name, 63) ? await this.workspaces.findOneBy({ name }) : null;
    if (!workspace) throw new NotFoundError('WORKSPACE_NOT_FOUND', missing(name));
    this.#ids.set(name, workspace.id);
    return workspace.id;
  }

  /** Whether there is no other workspace: what belongs to no account is then its own, too. */
  async isOnly(id: number): Promise<boolean> {
    return !(await this.workspaces.existsBy({ id: Not(id) }));
  }

  /**
   * Returns the workspace of that name, created if there is none.
   * @throws ValidationError when the name is not 1 to 63 lower-case letters, digits and inner hyphens, or is a word of the surfaces' paths
   */
  async ensure(name: string = DEFAULT_WORKSPACE): Promise<WhatsAppWorkspace> {
    if (!isWorkspaceName(name)) {
      const message = `"${String(name)}" is no workspace name: write ${WORKSPACE_NAME_RULE}`;
      throw new ValidationError([{ path: 'workspace', message }]);
    }
    const existing = await this.workspaces.findOneBy({ name });
    if (existing) return viewOfWorkspace(existing);
    try {
      await this.workspaces.insert({ name, primaryPhoneNumberId: null, primaryChosenAt: null, createdAt: new Date() });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
    return viewOfWorkspace(await this.workspaces.findOneByOrFail({ name }));
  }
}

/** A DNS label: a workspace's name is a subdomain on the `workspace` surface. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Words of the `metaTemplates` surface: its paths begin where the `workspace` surface has a subdomain. */
const RESERVED = ['meta-templates', 'business-accounts', 'business-info', 'contact-lookup'];

/** What a workspace may be called, as the end of a sentence. */
export const WORKSPACE_NAME_RULE = `1 to 63 lower-case letters, digits and inner hyphens, but not ${RESERVED.join(', ')}.`;

export function isWorkspaceName(name: unknown): name is string {
  return typeof name === 'string' && LABEL.test(name) && !RESERVED.includes(name);
}

/** The default one is made at the start: tests that compile a module and do not start it come here. */
const missing = (name: string): string =>
  `There is no workspace "${name}"` +
  (name === DEFAULT_WORKSPACE ? ' yet, because the app has not started: call init() of the app first.' : '.');
