import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { LessThanOrEqual, MoreThan, Repository } from 'typeorm';
import { type InWorkspace, WorkspacesService } from '../../accounts/workspaces.service.js';
import { PhoneNumbers } from '../../accounts/phone-numbers.js';
import { type ApiKeyAbility, isAbility } from '../../auth/ability.js';
import type { WhatsAppCaller } from '../../auth/caller.js';
import { ConsoleLinkEntity } from '../../auth/console-link.entity.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../../errors.js';
import { isIdentifier, isRowId } from '../../identifier.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { CONSOLE_SETTINGS, type ConsoleSettings } from './console.options.js';

/**
 * Which conversations a link shows: those that fit all that is given; without any of it, those of the whole workspace.
 *
 * @publicApi
 */
export interface ConsoleLinkScope {
  /** Only conversations with this number: Meta's id of it. */
  readonly phoneNumberId?: string | undefined;
  /** Only conversations with this label. */
  readonly label?: string | undefined;
  /** Only conversations that are assigned so, in the host's own words. */
  readonly assignedTo?: string | undefined;
}

/**
 * A link to make.
 *
 * @publicApi
 */
export interface CreateConsoleLinkInput extends InWorkspace, ConsoleLinkScope {
  /** Milliseconds until the link ends by itself, at most 30 days; 1 hour when left out. */
  readonly expiresIn?: number;
  /** What its bearer may do; `messages.read`, `messages.send` and `templates.read` when left out. */
  readonly abilities?: readonly ApiKeyAbility[];
}

/**
 * A link, without its token.
 *
 * @publicApi
 */
export interface ConsoleLink extends ConsoleLinkScope {
  /** Row id, by which it is revoked. */
  readonly id: number;
  /** Name of the workspace that the conversations are of. */
  readonly workspace: string;
  /** What its bearer may do. */
  readonly abilities: readonly ApiKeyAbility[];
  /** When it was made. */
  readonly createdAt: Date;
  /** When it ends by itself. */
  readonly expiresAt: Date;
}

/**
 * A link that was made.
 *
 * @publicApi
 */
export interface CreatedConsoleLink extends ConsoleLink {
  /**
   * The address of the page, below the app's origin and global prefix, such as `/whatsapp/console/embedded#…`. It holds the
   * token, which is shown this once, in the part that browsers send to no server: no log and no `Referer` has it.
   */
  readonly path: string;
}

/** Who a link lets in, and to which conversations. */
export interface LinkBearer {
  readonly caller: WhatsAppCaller;
  readonly scope: ConsoleLinkScope;
}

const HOUR = 3_600_000;
const LONGEST = 30 * 24 * HOUR;
const DEFAULT_ABILITIES = ['messages.read', 'messages.send', 'templates.read'] as const;

/** 32 random bytes in base64url. */
const TOKEN_FORM = /^[\w-]{43}$/;

/**
 * Links with which a page of the host's shows one list of conversations in a frame, without a sign-in: their bearers see those
 * conversations and nothing else of the console. As of sessions only a hash of the token is kept; it is looked up at every
 * request, so that a link works in every process and ends in all of them at once.
 *
 * @publicApi
 */
@Injectable()
export class ConsoleLinksService {
  constructor(
    @InjectWhatsAppRepository(ConsoleLinkEntity) private readonly links: Repository<ConsoleLinkEntity>,
    @Inject(CONSOLE_SETTINGS) private readonly settings: ConsoleSettings,
    private readonly workspaces: WorkspacesService,
    private readonly phoneNumbers: PhoneNumbers,
  ) {}

  /**
   * Makes a link.
   * @throws ValidationError with everything that is wrong
   * @throws NotFoundError `WORKSPACE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`
   */
  async create(input: CreateConsoleLinkInput = {}): Promise<CreatedConsoleLink> {
    const problems = problemsOf(input);
    if (problems.length > 0) throw new ValidationError(problems);
    const { workspace = 'default', phoneNumberId, label, assignedTo, expiresIn = HOUR } = input;
    const workspaceId = await this.workspaces.idOf(workspace);
    if (phoneNumberId !== undefined) await this.phoneNumbers.find(workspaceId, phoneNumberId);
    const token = randomBytes(32).toString('base64url');
    const createdAt = new Date();
    const expiresAt = new Date(createdAt.getTime() + expiresIn);
    const abilities = [...new Set(input.abilities ?? DEFAULT_ABILITIES)];
    // Whoever makes a link clears away what is over, as of sessions.
    await this.links.delete({ expiresAt: LessThanOrEqual(createdAt) });
    const link = this.links.create({
      tokenHash: hashOf(token),
      workspace,
      phoneNumberId: phoneNumberId ?? null,
      label: label ?? null,
      assignedTo: assignedTo ?? null,
      abilities,
      createdAt,
      expiresAt,
    });
    await this.links.insert(link);
    return { ...viewOfLink(link), path: `${this.settings.prefix}/embedded#${token}` };
  }

  /** Returns the links of a workspace that are in force, the newest first. @throws NotFoundError `WORKSPACE_NOT_FOUND` */
  async list({ workspace = 'default' }: InWorkspace = {}): Promise<ConsoleLink[]> {
    await this.workspaces.idOf(workspace);
    const where = { workspace, expiresAt: MoreThan(new Date()) };
    return (await this.links.find({ where, order: { id: 'DESC' } })).map(viewOfLink);
  }

  /** Ends a link: it is refused from now on, in every process. @throws NotFoundError `CONSOLE_LINK_NOT_FOUND` */
  async revoke(id: number, { workspace = 'default' }: InWorkspace = {}): Promise<void> {
    const { affected } = isRowId(id) ? await this.links.delete({ id, workspace }) : { affected: 0 };
    if (!affected) throw new NotFoundError('CONSOLE_LINK_NOT_FOUND', `There is no console link ${id}.`);
  }

  /** Returns who a token lets in; null when there is no such link, or it has ended. */
  async verify(token: string): Promise<LinkBearer | null> {
    const link = TOKEN_FORM.test(token) ? await this.links.findOneBy({ tokenHash: hashOf(token) }) : null;
    if (!link || link.expiresAt.getTime() <= Date.now()) return null;
    const { workspace, abilities, ...view } = viewOfLink(link);
    return { caller: { workspace, abilities }, scope: scopeOf(view) };
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

const scopeOf = ({ phoneNumberId, label, assignedTo }: ConsoleLinkScope): ConsoleLinkScope => ({
  phoneNumberId,
  label,
  assignedTo,
});

const viewOfLink = (link: ConsoleLinkEntity): ConsoleLink => ({
  id: link.id,
  workspace: link.workspace,
  phoneNumberId: link.phoneNumberId ?? undefined,
  label: link.label ?? undefined,
  assignedTo: link.assignedTo ?? undefined,
  abilities: link.abilities,
  createdAt: link.createdAt,
  expiresAt: link.expiresAt,
});

function problemsOf({ phoneNumberId, label, assignedTo, expiresIn, abilities }: CreateConsoleLinkInput) {
  const problems: ValidationProblem[] = [];
  if (phoneNumberId !== undefined && !isIdentifier(phoneNumberId, 64)) {
    problems.push({ path: 'phoneNumberId', message: 'must be Meta’s id of a phone number.' });
  }
  for (const [path, word] of Object.entries({ label, assignedTo })) {
    if (word !== undefined && !isIdentifier(word, 255)) {
      problems.push({ path, message: 'must be a text of 1 to 255 characters, without spaces around it.' });
    }
  }
  if (expiresIn !== undefined && !(Number.isSafeInteger(expiresIn) && expiresIn >= 1 && expiresIn <= LONGEST)) {
    problems.push({ path: 'expiresIn', message: `must be a whole number of milliseconds from 1 to ${LONGEST}.` });
  }
  if (abilities !== undefined && !(Array.isArray(abilities) && abilities.every(isAbility))) {
    problems.push({ path: 'abilities', message: 'must be a list of abilities, such as ["messages.read"].' });
  }
  return problems;
}
